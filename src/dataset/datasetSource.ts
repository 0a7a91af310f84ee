/** The file that a data set version was imported from, kept so that it can be given out byte for byte. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Queryable, Transaction } from '../database';

const compress = promisify(gzip);
const expand = promisify<Buffer, Buffer>(gunzip);

/** @returns the form in which a source is kept; the published DL_info.csv of 8.5 MB takes 2 MB */
export const packSource = (bytes: Buffer): Promise<Buffer> => compress(bytes);

/** Keeps the source of a version, unless it is kept already: a version has one, which its checksum names. */
export async function keepSource(
  { prisma }: Pick<Transaction, 'prisma'>,
  datasetId: number,
  packed: Buffer,
): Promise<void> {
  await prisma.datasetSource.createMany({
    data: [{ datasetId, gzip: Uint8Array.from(packed) }],
    skipDuplicates: true,
  });
}

/** @returns whether the source of a version is kept: of COCO files and of imports of earlier releases it is not */
export async function hasDatasetSource(database: Queryable, datasetId: number): Promise<boolean> {
  const rows = await database.query({
    text: 'SELECT FROM dataset_source WHERE dataset_id = $1',
    values: [datasetId],
  });
  return rows.length > 0;
}

/** @throws Error if the source is not kept */
export async function readDatasetSource(database: Queryable, datasetId: number): Promise<Buffer> {
  const [row] = await database.query<{ gzip: Buffer }>({
    text: 'SELECT gzip FROM dataset_source WHERE dataset_id = $1',
    values: [datasetId],
  });
  if (!row) throw new Error('The source of a data set version is not kept.');
  return expand(row.gzip);
}

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A record of a CSV file with its line end. */
export interface SourceRecord {
  /** the number that `sourceRowIndex` of its lesion is; null for the header */
  readonly rowIndex: number | null;
  readonly record: Buffer;
}

/** The records of a DL_info.csv that was imported, counted as the import counts them. */
export function* dlInfoRecords(source: Buffer): Generator<SourceRecord> {
  let rowIndex: number | null = null;
  for (const record of recordsOf(source)) {
    // The import skips lines of empty cells.
    if (/^[\s",\uFEFF]*$/.test(record.toString('utf8'))) continue;
    yield { rowIndex, record };
    rowIndex = rowIndex === null ? 0 : rowIndex + 1;
  }
}

/** A line end within quotes belongs to the cell. */
function* recordsOf(source: Buffer): Generator<Buffer> {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < source.length; at++) {
    const byte = source[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    const ends = byte === LINE_FEED || (byte === CARRIAGE_RETURN && source[at + 1] !== LINE_FEED);
    if (isQuoted || !ends) continue;
    yield source.subarray(start, at + 1);
    start = at + 1;
  }
  if (start < source.length) yield source.subarray(start);
}
