/**
 * The bound on the bytes of an answer. An answer in the making is a tree that shares its texts with the rows they come from; a text of its
 * own is made when it is written out. So it is measured before: an answer that repeats a long text a thousand times is refused while it
 * takes no more memory than the text.
 */
import type { ExecutionResult } from 'graphql';
import { QueryTooComplex } from '../../errors';

const MAX_ANSWER_BYTES = 16 * 2 ** 20;
/** Where every item of a long list fails, the first errors tell all there is to know. */
export const MAX_ERRORS = 100;

/** From this length on a text is measured exactly, with what its letters take in UTF-8 and JSON. */
const LONG_TEXT = 256;
/** Digits, sign, point and exponent; truth values and null are no longer. */
const NUMBER_BYTES = 10;
const DATE_BYTES = 26;

/**
 * @returns the answer, with at most the first hundred errors
 * @throws QueryTooComplex where it would be too long
 */
export function withinBytes<Result extends ExecutionResult>(result: Result, limit = MAX_ANSWER_BYTES): Result {
  const { errors } = result;
  const bounded = errors && errors.length > MAX_ERRORS ? { ...result, errors: errors.slice(0, MAX_ERRORS) } : result;
  if (bounded.data && bytesLeft(bounded.data, limit) < 0)
    throw new QueryTooComplex(
      `Expected a query whose response has at most ${limit / 2 ** 20} MiB, got one with more: request ` +
        'fewer fields or smaller pages, or use several requests.',
    );
  return bounded;
}

/** @returns what is left of `left` bytes after a value was written as JSON; somewhere below 0 as soon as it does not fit */
function bytesLeft(value: unknown, left: number): number {
  if (typeof value === 'string') return left - textBytes(value);
  if (typeof value !== 'object' || value === null) return left - NUMBER_BYTES;
  let rest = left - 2;
  if (Array.isArray(value)) {
    for (const item of value) {
      rest = bytesLeft(item, rest - 1);
      if (rest < 0) return rest;
    }
    return rest;
  }
  if (value instanceof Date) return left - DATE_BYTES;
  for (const key in value) {
    rest = bytesLeft((value as Record<string, unknown>)[key], rest - key.length - 4);
    if (rest < 0) return rest;
  }
  return rest;
}

function textBytes(text: string): number {
  return text.length < LONG_TEXT ? text.length + 2 : Buffer.byteLength(JSON.stringify(text));
}
