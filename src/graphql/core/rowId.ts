import { BadUserInput } from '../../errors';
import { parseGlobalId } from '../../globalId';

/**
 * The row id behind a global id of a known type.
 *
 * @param argument the argument that the id came in
 * @throws BadUserInput when it is no global id, or one of another type
 */
export function rowIdOf(globalId: string, type: string, argument: string): number {
  const parsed = parseGlobalId(globalId);
  if (parsed?.type === type) return parsed.id;
  const got = parsed ? `one of a ${parsed.type}` : 'something else';
  throw new BadUserInput(
    `Expected ${argument} to be the id of a ${type} from a previous response, got ${got}: pass an id unchanged.`,
    argument,
  );
}
