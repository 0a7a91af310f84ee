/** What an export is: a file that is a function of its address. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonicalJson';
import type { Database, Snapshot } from '../database';
import type { BookmarkedImageFilter, LesionFilter, PatientFilter, StudyFilter } from '../dataset';
import type { Parameters } from '../parameters';
import type { Written } from './exportFiles';

/** Counted up whenever the same address would give other bytes; part of every key and ETag. */
const FORMAT_VERSION = 2;

/** What has an address in addition to the file itself (FAIR Signposting). */
export interface Link {
  /** below the server's own path, or a whole address */
  readonly to: string;
  readonly rel: 'cite-as' | 'license' | 'describedby';
  readonly type?: string;
}

/** A file that can be downloaded. */
export interface Export {
  /** all that its bytes depend on */
  readonly identity: unknown;
  readonly mediaType: string;
  readonly fileName: string;
  /** whether it is worth compressing on the way */
  readonly isText: boolean;
  readonly links?: readonly Link[];
  /** headers of its own */
  readonly headers?: Readonly<Record<string, string>>;
  /** whether it is as quick to make again as to keep */
  readonly isSmall?: boolean;
  /** whether another Accept header would have chosen another form */
  readonly isNegotiated?: boolean;
  /** @returns its bytes, the same each time */
  write(snapshot: Snapshot): AsyncIterable<Buffer>;
}

/** The filters of the graph that exports take, as the rooms have them. */
export interface RoomFilters {
  LesionFilter: LesionFilter;
  BookmarkedImageFilter: BookmarkedImageFilter;
  StudyFilter: StudyFilter;
  PatientFilter: PatientFilter;
}

/** What exports are made from. */
export interface ExportSource {
  /** as the caller sees it */
  readonly database: Database;
  /**
   * Reads a filter of the graph from JSON.
   *
   * @throws BadUserInput, NotFound as the graph, naming the argument
   */
  readFilter<Name extends keyof RoomFilters>(name: Name, json: unknown): Promise<RoomFilters[Name]>;
  /** @param dataset `slug@version` @throws Forbidden or Unauthenticated with the terms that the caller has not accepted */
  expectTerms(dataset: string): Promise<void>;
  /** of this software, for what says where it comes from */
  readonly softwareVersion: string;
  /** Writes another export to its end, for what tells its size and checksum. */
  written(content: Export): Promise<Written>;
  /** the address of the server without a slash at its end, for documents that name addresses */
  readonly origin: string;
}

/** The address of an export, below `/exports`. */
export interface ExportAddress {
  /** such as `deeplesion@1`, `lesions.csv` */
  readonly path: readonly string[];
  readonly parameters: Parameters;
  /** media types that the caller accepts, for what has several forms */
  readonly accept?: string;
}

/** @returns 64 hexadecimal digits that stand for the bytes of an export, on every server */
export function keyOfExport({ identity, mediaType }: Pick<Export, 'identity' | 'mediaType'>): string {
  return createHash('sha256')
    .update(canonicalJson([FORMAT_VERSION, mediaType, identity]))
    .digest('hex');
}

/** Writes an export out of one snapshot of the database. @param put is waited for before more is read */
export async function writeExport(
  database: Pick<Database, 'snapshot'>,
  content: Export,
  put: (part: Buffer) => Promise<void>,
): Promise<void> {
  await database.snapshot(async (snapshot) => {
    for await (const part of content.write(snapshot)) await put(part);
  });
}

/** Texts as bytes. */
export async function* bytesOf(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Buffer> {
  for await (const text of texts) yield Buffer.from(text);
}
