/** Rows of Parquet, a row group at a time. */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { decompress as unpackZstd } from 'fzstd';
import { messageOf } from '../errors';
import { FileProblem } from './problems';
import { type ColumnName, columnOf, missingColumns, type StatedRow } from './statedRow';

/** The library is an ES module, and loads only in the process that reads. */
const loadLibrary = () => import('hyparquet');
type Library = Awaited<ReturnType<typeof loadLibrary>>;
type AsyncBuffer = Awaited<ReturnType<Library['asyncBufferFromFile']>>;
type FileMetaData = Awaited<ReturnType<Library['parquetMetadataAsync']>>;
type ReadOptions = Parameters<Library['parquetRead']>[0];
type ColumnData = Parameters<NonNullable<ReadOptions['onChunk']>>[0];

/** Of a row group, unpacked: all of its columns are in memory at once. */
const MAX_GROUP_BYTES = 192 * 2 ** 20;
const MAX_GROUP_ROWS = 1_000_000;
const ROWS_AT_ONCE = 10_000;
/** In addition to Snappy, which the reader has. */
const compressors: NonNullable<ReadOptions['compressors']> = {
  GZIP: (packed, maxOutputLength) => gunzipSync(packed, { maxOutputLength }),
  BROTLI: (packed, maxOutputLength) => brotliDecompressSync(packed, { maxOutputLength }),
  ZSTD: (packed, length) => unpackZstd(packed, new Uint8Array(length)),
};

/** @throws FileProblem for a file that is broken, has other columns, or row groups that are too large */
export async function* parquetRows(path: string, ignored: Set<string>): AsyncGenerator<StatedRow[]> {
  const { asyncBufferFromFile, parquetMetadataAsync } = await loadLibrary();
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((thrown: unknown) => {
    throw broken(thrown);
  });
  const columns = columnsOf(metadata, ignored);
  let first = 0;
  for (const { num_rows: count, total_byte_size: bytes } of metadata.row_groups) {
    const rows = Number(count);
    if (rows > MAX_GROUP_ROWS || Number(bytes) > MAX_GROUP_BYTES)
      throw new FileProblem(
        'TOO_LONG',
        `Expected row groups of at most ${MAX_GROUP_ROWS} rows and ${MAX_GROUP_BYTES} bytes: write the file with a row ` +
          'group size of 100000.',
        first + 1,
      );
    const group = await readGroup({ file, metadata, columns, first, rows });
    for (let from = 0; from < rows; from += ROWS_AT_ONCE)
      yield rowsOf(group, first, from, Math.min(rows, from + ROWS_AT_ONCE));
    first += rows;
  }
}

/** @returns the name in the file of each column that is used */
function columnsOf({ schema }: FileMetaData, ignored: Set<string>): ReadonlyMap<ColumnName, string> {
  const columns = new Map<ColumnName, string>();
  for (const name of topLevelNames(schema)) {
    const column = columnOf(name);
    if (column === undefined) ignored.add(name.slice(0, 100));
    else columns.set(column, name);
  }
  const missing = missingColumns(new Set(columns.keys()));
  if (missing === null) return columns;
  throw new FileProblem('COLUMNS', `Expected columns image, score, and x1, y1, x2, y2 or bbox: ${missing}.`);
}

/** The schema is a tree, written out from its root; each element states how many children follow it. */
function topLevelNames([root, ...elements]: FileMetaData['schema']): string[] {
  const names: string[] = [];
  let at = 0;
  const skip = (): void => {
    const children = elements[at++]?.num_children ?? 0;
    for (let child = 0; child < children && at < elements.length; child++) skip();
  };
  for (let child = 0; child < (root?.num_children ?? 0) && at < elements.length; child++) {
    names.push(elements[at]?.name ?? '');
    skip();
  }
  return names;
}

/** The values of each column, in pieces that may come out of order. */
type Group = ReadonlyMap<ColumnName, unknown[]>;

interface GroupPlace {
  file: AsyncBuffer;
  metadata: FileMetaData;
  columns: ReadonlyMap<ColumnName, string>;
  first: number;
  rows: number;
}

async function readGroup({ file, metadata, columns, first, rows }: GroupPlace): Promise<Group> {
  const { parquetRead } = await loadLibrary();
  const group = new Map<ColumnName, unknown[]>();
  for (const column of columns.keys()) group.set(column, new Array<unknown>(rows).fill(null));
  const columnNames = new Map([...columns].map(([column, name]) => [name, column]));
  const onChunk = ({ columnName, columnData, rowStart }: ColumnData): void => {
    const values = group.get(columnNames.get(columnName) ?? 'image');
    for (let at = 0; values && at < columnData.length; at++) {
      const row = rowStart - first + at;
      if (row >= 0 && row < rows) values[row] = columnData[at];
    }
  };
  try {
    const range = { rowStart: first, rowEnd: first + rows };
    await parquetRead({ file, metadata, compressors, columns: [...columns.values()], onChunk, ...range });
  } catch (thrown) {
    throw broken(thrown);
  }
  return group;
}

function rowsOf(group: Group, first: number, from: number, to: number): StatedRow[] {
  const isList = group.has('bbox');
  return Array.from({ length: to - from }, (_, index): StatedRow => {
    const value = (column: ColumnName): unknown => group.get(column)?.[from + index] ?? null;
    const corners = [value('x1'), value('y1'), value('x2'), value('y2')];
    const list = value('bbox');
    const isEmpty = isList ? list === null : corners.every((one) => one === null);
    return {
      line: first + from + index + 1,
      image: value('image'),
      box: isEmpty ? null : isList ? listOf(list) : corners,
      isList,
      score: value('score'),
      category: value('category'),
      isMask: false,
    };
  });
}

/** Lists come as arrays, or as typed arrays where all members are numbers. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value instanceof Float64Array || value instanceof Float32Array ? [...value] : [value];
}

function broken(thrown: unknown): FileProblem {
  return new FileProblem(
    'TRUNCATED',
    `Expected a whole Parquet file, but it is truncated or broken, or packed in an unknown way (${messageOf(thrown).slice(0, 200)}).`,
  );
}
