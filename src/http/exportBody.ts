/** Parameters of exports in a body, for filters that are too long for an address. */
import { z } from 'zod';
import { BadUserInput } from '../errors';
import type { Parameters } from '../parameters';

const List = z.union([z.string(), z.array(z.string()).transform((names) => names.join(','))]);
const Body = z
  .object({
    filter: z.record(z.string(), z.unknown()).transform((filter) => JSON.stringify(filter)),
    fields: List,
    order: List,
  })
  .partial()
  .catchall(z.string());

/**
 * @param query parameters of the address
 * @param body as it was parsed; undefined if it was no JSON
 * @returns the parameters as the address would have them
 * @throws BadUserInput for a body that has none, and for a parameter that both have
 */
export function parametersWithBody(query: Parameters, body: unknown): Parameters {
  const parsed = Body.safeParse(body);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const place = first?.path.join('.') ?? '';
    throw new BadUserInput(
      'Expected a body of JSON with filter as an object, fields and order as texts or lists of texts, and any other parameter of ' +
        `the address as text${place === '' ? '' : `; ${place} is something else`}.`,
      place === '' ? undefined : place,
    );
  }
  const twice = Object.keys(parsed.data).find((name) => name in query);
  if (twice !== undefined)
    throw new BadUserInput(`Expected ${twice} in the address or in the body, not in both.`, twice);
  return { ...query, ...parsed.data };
}
