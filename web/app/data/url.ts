/**
 * The address is the state of a page. Search parameters are short words, and what is as by default is left out, so that
 * links stay short (every address under 2,000 characters).
 */

/** The raw parameters of an address: one text each; a list is one text with commas. */
export type Search = Record<string, string | undefined>;

/** Parses `?a=b&c=d`; of a name that occurs twice, the last one counts. */
export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The opposite of `parseSearch`; undefined and empty values are left out. Commas and colons stay readable. */
export function stringifySearch(search: Search): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== '') parameters.set(name, value);
  const text = parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%40', '@');
  return text === '' ? '' : `?${text}`;
}

/** `a,b` → ['a', 'b']; nothing → []. */
export function listOf(value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : value.split(',').filter((word) => word !== '');
}

/** ['a', 'b'] → `a,b`; [] → undefined, which leaves the parameter out. */
export function textOfList(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(',');
}

/** A number within bounds, or the fallback where the text is none. */
export function numberOf(value: string | undefined, fallback: number, low = -Infinity, high = Infinity): number {
  const number = value === undefined || value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : fallback;
}

/** One of the words, or the fallback. */
export function oneOf<Word extends string>(value: string | undefined, words: readonly Word[], fallback: Word): Word {
  return words.find((word) => word === value) ?? fallback;
}

/** `10..30`, `10..`, `..30` → bounds; anything else → none. */
export function rangeOf(value: string | undefined): { gte?: number; lte?: number } | undefined {
  const match = /^(-?\d+(?:\.\d+)?)?\.\.(-?\d+(?:\.\d+)?)?$/.exec(value ?? '');
  if (!match || (match[1] === undefined && match[2] === undefined)) return undefined;
  return {
    ...(match[1] === undefined ? {} : { gte: Number(match[1]) }),
    ...(match[2] === undefined ? {} : { lte: Number(match[2]) }),
  };
}

/** The opposite of `rangeOf`. */
export function textOfRange(range: { gte?: number; lte?: number } | undefined): string | undefined {
  if (range === undefined || (range.gte === undefined && range.lte === undefined)) return undefined;
  return `${range.gte ?? ''}..${range.lte ?? ''}`;
}
