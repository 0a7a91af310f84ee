/**
 * The limit on the size of a response in bytes. Before serialization, a response is a tree that shares its strings
 * with the rows; serialization copies each string. The size is therefore measured first: a response that repeats a
 * long string a thousand times is refused while it takes no more memory than the string.
 */
import type { ExecutionResult } from 'graphql';
import { QueryTooComplex } from '../../errors';

const MAX_ANSWER_BYTES = 16 * 2 ** 20;
/** If every item of a long list fails, the first errors are sufficient. */
export const MAX_ERRORS = 100;

/** Strings from this length on are measured exactly, including UTF-8 encoding and JSON escapes. */
const LONG_TEXT = 256;
/** Digits, sign, point and exponent; booleans and null are not longer. */
const NUMBER_BYTES = 10;
const DATE_BYTES = 26;

/**
 * @returns the response, with at most the first hundred errors
 * @throws QueryTooComplex if it is too long
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

/** @returns `left` minus the size in bytes of a value as JSON; any negative number once it does not fit */
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
