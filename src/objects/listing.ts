/** Reads the XML of the S3 protocol: the pages of a listing, and the codes of its errors. */

/** A page of a listing. Names are without the prefix that was asked for. */
export interface ListedPage {
  /** keys of objects */
  readonly keys: readonly string[];
  /** what keys have in common up to the next slash, with that slash */
  readonly folders: readonly string[];
  /** names the next page; undefined after the last */
  readonly nextToken: string | undefined;
}

/** @returns the code of an error, such as NoSuchKey; empty if the text is none */
export function errorCodeOf(xml: string): string {
  return textOf(xml, 'Code') ?? '';
}

/** @throws Error if the text is no listing */
export function readListing(xml: string): ListedPage {
  if (!/<ListBucketResult[\s>]/.test(xml)) throw new Error('Expected a listing, got another answer.');
  const decode = textOf(xml, 'EncodingType') === 'url' ? decodeKey : (text: string): string => text;
  const valuesOf = (element: string, name: string): string[] =>
    elementsOf(xml, element).flatMap((part) => {
      const text = textOf(part, name);
      return text === undefined ? [] : [decode(text)];
    });
  const isTruncated = textOf(xml, 'IsTruncated') === 'true';
  return {
    keys: valuesOf('Contents', 'Key'),
    folders: valuesOf('CommonPrefixes', 'Prefix'),
    nextToken: isTruncated ? textOf(xml, 'NextContinuationToken') : undefined,
  };
}

const elementsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(([, inner = '']) => inner);

function textOf(xml: string, name: string): string | undefined {
  const [first] = elementsOf(xml, name);
  return first === undefined ? undefined : withoutEntities(first);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}

/** Stores write a space as plus or as %20. A key that is not encoded as announced is taken as it is. */
function decodeKey(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}
