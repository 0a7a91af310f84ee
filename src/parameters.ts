/** The parameters of an address: what stands behind its question mark. */
import { BadUserInput } from './errors';

/** As they came: a text, or whatever stands for a parameter that was given twice. */
export type Parameters = Readonly<Record<string, unknown>>;

/** @throws BadUserInput in the one form of all parameters: what was expected of which, and what came */
export function refuseParameter(name: string, expected: string, got: string): never {
  throw new BadUserInput(`Expected ${name} to be ${expected}; got ${JSON.stringify(got.slice(0, 120))}.`, name);
}

/**
 * Reads the parameters of an address. A misspelt parameter would otherwise be ignored silently, and the response be
 * that to another request.
 *
 * @param known all names that the address knows
 * @throws BadUserInput for a name that it does not know, and for one that is given twice
 */
export function readParameters<Name extends string>(
  query: Parameters,
  known: readonly Name[],
): Partial<Record<Name, string>> {
  const unknown = Object.keys(query).find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) throw new BadUserInput(refusalOf(unknown, known), unknown.slice(0, 120));
  const values: Partial<Record<Name, string>> = {};
  for (const name of known) {
    const value = query[name];
    if (typeof value === 'string') values[name] = value;
    else if (value !== undefined) refuseParameter(name, 'given once', JSON.stringify(value));
  }
  return values;
}

function refusalOf(name: string, known: readonly string[]): string {
  const got = JSON.stringify(name.slice(0, 120));
  if (known.length === 0) return `Expected no parameters at this address; got ${got}.`;
  const meant = known.find((one) => one.toLowerCase() === name.toLowerCase());
  const hint = meant === undefined ? '' : `; it is written ${meant}`;
  return `Expected no parameters but ${known.join(', ')} at this address; got ${got}${hint}.`;
}
