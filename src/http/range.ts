/** Ranges of bytes (RFC 9110, 14): the part of a file that a client lacks. */
import { HttpError } from './errors';

/** From a place up to and not including another one. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const ONE_RANGE = /^bytes\s*=\s*(\d*)-(\d*)\s*$/i;

/** Whether a header asks for one range: several at once, and units that are no bytes, are answered by the whole. */
export function asksForRange(header: string | undefined): header is string {
  const [, first, last] = ONE_RANGE.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return false;
  return first === '' || last === '' || Number(first) <= Number(last);
}

/** @throws HttpError if the range begins behind the end */
export function readRange(header: string, bytes: number): ByteRange {
  const [, first = '', last = ''] = ONE_RANGE.exec(header) ?? [];
  const from = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? bytes : Math.min(bytes, Number(last) + 1);
  if (from < to) return { from, to };
  throw new HttpError(
    'RANGE_NOT_SATISFIABLE',
    `Expected a range within the ${bytes} bytes of the file, got ${JSON.stringify(header.slice(0, 60))}.`,
  );
}
