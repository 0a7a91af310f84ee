import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from '../canonicalJson';
import { BadUserInput } from '../errors';

export const MANIFEST = 'manifest.json';
/** One line of JSON for each file that is not a table. */
export const FILE_LIST = 'files.ndjson';
const FORMAT = 'deeplesion-backup';
const FORMAT_VERSION = 1;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.number().int().nonnegative();
const TableName = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

const Table = z
  .object({ name: TableName, columns: z.array(z.string()).min(1), rows: Count, bytes: Count, sha256: Sha256 })
  .strict();

/** A part of a path below the backup cannot lead out of it. */
const SafePath = z
  .string()
  .regex(/^(?:uploads|images)\//)
  .refine((path) => !path.includes('\0') && path.split('/').every((part) => !['', '.', '..'].includes(part)));

/** A file of an upload or a pixel file: its path below the backup, with `/`. */
export const KeptFile = z.object({ path: SafePath, bytes: Count, sha256: Sha256 }).strict();
export type KeptFile = z.infer<typeof KeptFile>;

/** The pixel files of a data set version. */
const ImageFolder = z
  .object({
    slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    version: z.number().int().positive(),
    files: Count,
    /** key slices whose file was not found when the backup was made */
    missing: Count,
  })
  .strict();

const Content = z
  .object({
    format: z.literal(FORMAT),
    formatVersion: z.literal(FORMAT_VERSION),
    createdAt: z.iso.datetime(),
    /** version of the program that wrote it */
    codeVersion: z.string(),
    /** a database that is restored keeps the identity; null before there was one */
    databaseId: z.uuid().nullable(),
    migrations: z.array(z.object({ name: z.string(), checksum: Sha256 }).strict()).min(1),
    /** each behind those that its foreign keys lead to */
    tables: z.array(Table).min(1),
    sequences: z.array(z.object({ name: TableName, value: Count, isCalled: z.boolean() }).strict()),
    /** of FILE_LIST, and of the files that it names */
    files: z.object({ count: Count, bytes: Count, listBytes: Count, listSha256: Sha256 }).strict(),
    /** null if the backup was made without images */
    images: z.array(ImageFolder).nullable(),
  })
  .strict();
export type ManifestContent = z.infer<typeof Content>;
export type BackupTable = z.infer<typeof Table>;
export type ImageFolder = z.infer<typeof ImageFolder>;

/** What a backup holds, with a checksum over everything else in it. */
export interface BackupManifest extends ManifestContent {
  checksum: string;
}

/** Path of a table below the backup: the text form of COPY, compressed by gzip. */
export const tableFile = (name: string): string => `tables/${name}.copy.gz`;

const checksumOf = (content: ManifestContent): string =>
  createHash('sha256').update(canonicalJson(content)).digest('hex');

export function manifestText(content: Omit<ManifestContent, 'format' | 'formatVersion'>): string {
  const whole = { format: FORMAT, formatVersion: FORMAT_VERSION, ...content } as const;
  return `${JSON.stringify({ ...whole, checksum: checksumOf(whole) }, null, 2)}\n`;
}

/**
 * @param folder of a backup
 * @throws BadUserInput if there is none, or it is not one of this version, or was changed
 */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new BadUserInput(
      `There is no backup in ${folder}: expected a folder with ${MANIFEST}, which is written last. A backup that ` +
        'was interrupted or copied in part has none.',
      'dir',
      { cause },
    );
  });
  const damaged = (): BadUserInput =>
    new BadUserInput(`${MANIFEST} of ${folder} is damaged or was changed: use another copy of the backup.`, 'dir');
  const parsed = parseJson(text);
  if (parsed === undefined) throw damaged();
  const versioned = z.object({ format: z.literal(FORMAT), formatVersion: z.number() }).safeParse(parsed);
  if (versioned.success && versioned.data.formatVersion > FORMAT_VERSION)
    throw new BadUserInput(`The backup in ${folder} was made by a newer version: restore it with that one.`, 'dir');
  const whole = z.object({ checksum: Sha256 }).and(z.record(z.string(), z.unknown())).safeParse(parsed);
  if (!whole.success) throw damaged();
  const { checksum, ...rest } = whole.data;
  const content = Content.safeParse(rest);
  if (!content.success || checksumOf(content.data) !== checksum) throw damaged();
  return { ...content.data, checksum };
}

/** @returns undefined if the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
