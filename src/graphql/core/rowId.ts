import { BadUserInput } from '../../errors';
import { parseGlobalId } from '../../globalId';

/**
 * Returns the row id of a global id of a known type.
 *
 * @param argument the argument with the id
 * @throws BadUserInput if it is not a global id, or has another type
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
