/**
 * The documents that this server knows: the recipes of examples/, by name and by checksum, and the documents of the
 * interface, by checksum.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { compiledFile } from '../compiled';
import { BadUserInput, quoted } from '../errors';

const Recipe = z.object({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  note: z.string(),
  kind: z.enum(['query', 'mutation', 'subscription']),
  isTool: z.boolean(),
  operationName: z.string(),
  text: z.string(),
  document: z.string(),
  variables: z.record(z.string(), z.json()),
  find: z.string().nullable(),
  result: z.string().nullable(),
});

/** The output of scripts/buildDocuments.mjs. */
const Manifest = z.object({ cookbook: z.array(Recipe).min(1), interface: z.array(z.string()).min(1) });

/**
 * A question of the cookbook: `text` is its file, `document` the same without the comment. A variable that begins with
 * `find:` is a path in the answer to `find`; null is made by the program. Agents have those with `isTool` as tools.
 */
export type CookbookRecipe = z.infer<typeof Recipe>;

/** A query of the cookbook that runs as it stands. */
export interface ExampleQuery {
  name: string;
  query: string;
  variables: Record<string, unknown>;
}

const manifest = Manifest.parse(JSON.parse(readFileSync(compiledFile('documents.json'), 'utf8')));

/** All recipes, in the order of the cookbook. */
export const cookbook: readonly CookbookRecipe[] = manifest.cookbook;

/** The recipes whose variables are all known beforehand. */
export const exampleQueries: readonly ExampleQuery[] = cookbook
  .filter(({ kind, find, variables }) => kind !== 'subscription' && find === null && !hasNull(variables))
  .map(({ title, text, variables }) => ({ name: title, query: text, variables }));

function hasNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value).some(hasNull));
}

/** @returns the checksum of a document's text, as 64 hexadecimal digits */
export const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const BY_NAME = new Map(cookbook.map(({ name, text }) => [name, text]));

/** The interface and the programs of the cookbook send recipes without the comment. */
const withoutComment = (text: string): string => text.replace(/^\s*(?:#.*\n)*/, '').trim();

const BY_CHECKSUM = new Map(
  [
    ...cookbook
      .flatMap(({ text, find, result }) => [text, find, result])
      .filter((text) => text !== null)
      .flatMap((text) => [text, withoutComment(text)]),
    ...manifest.interface,
  ].map((text) => [checksumOf(text), text]),
);

/** @returns whether a document is one of those that this server knows; the comment before it does not matter */
export const isKnownDocument = (text: string): boolean => BY_CHECKSUM.has(checksumOf(withoutComment(text)));

/** @returns the document with a checksum, or undefined */
export const findByChecksum = (sha256: string): string | undefined => BY_CHECKSUM.get(sha256.toLowerCase());

/**
 * Finds the document that a request names.
 *
 * @param id `cookbook:NAME` or `sha256:HEX`
 * @throws BadUserInput that says what is known
 */
export function documentOf(id: string): string {
  const [, kind = '', name = ''] = /^(cookbook|sha256):(.*)$/s.exec(id) ?? [];
  const text = kind === 'sha256' ? findByChecksum(name) : BY_NAME.get(name);
  if (text !== undefined) return text;
  throw new BadUserInput(
    `There is no document ${quoted(id)}: expected cookbook:NAME, with a name in /cookbook.json, or sha256: and the ` +
      'SHA-256 of a document of the cookbook or the interface in hexadecimal. Other documents are sent as query.',
    'documentId',
  );
}
