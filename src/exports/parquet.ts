/** Parquet, one row group after another: only the rows of one are in memory. */
import type { TextRow } from '../database';
import type { CellType, Column, Table } from './table';

/** 40 columns of so many rows are some 10 MB as values, and a file of DeepLesion has four row groups. */
const ROWS_OF_GROUP = 10_000;

type Cell = string | number | boolean | null;

const PHYSICAL: Record<CellType, 'INT32' | 'DOUBLE' | 'BOOLEAN' | 'BYTE_ARRAY'> = {
  INTEGER: 'INT32',
  DOUBLE: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  TEXT: 'BYTE_ARRAY',
  ENUM: 'BYTE_ARRAY',
};

const READERS: Record<CellType, (text: string) => Cell> = {
  INTEGER: Number,
  DOUBLE: Number,
  BOOLEAN: (text) => text === 't' || text === 'true',
  TEXT: (text) => text,
  ENUM: (text) => text,
};

function schemaElement({ name, type, isNullable }: Column) {
  const repetition = isNullable ? ('OPTIONAL' as const) : ('REQUIRED' as const);
  const text = PHYSICAL[type] === 'BYTE_ARRAY' ? { converted_type: 'UTF8' as const } : {};
  return { name, type: PHYSICAL[type], repetition_type: repetition, ...text };
}

/**
 * The table as a Parquet file with Snappy.
 *
 * @param metadata key-value pairs of the file, known before its rows are
 */
export async function* parquetOf(
  { columns, rows }: Table,
  metadata: Readonly<Record<string, string>>,
): AsyncGenerator<Buffer> {
  // It is an ES module, and a process that writes no Parquet need not load it.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  let rowCount = 0;
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const schema = [{ name: 'schema', num_children: columns.length }, ...columns.map(schemaElement)];
  const file = new ParquetWriter({ writer: bytes, schema, kvMetadata });
  for await (const group of groupsOf(rows, ROWS_OF_GROUP)) {
    rowCount += group.length;
    file.write({ columnData: columnsOf(columns, group), rowGroupSize: group.length });
    yield taken(bytes);
  }
  kvMetadata.push({ key: 'rows', value: String(rowCount) });
  file.finish();
  yield taken(bytes);
}

function columnsOf(columns: readonly Column[], group: readonly TextRow[]): { name: string; data: Cell[] }[] {
  return columns.map(({ name, type }, index) => {
    const read = READERS[type];
    return {
      name,
      data: group.map((row) => {
        const cell = row[index];
        return cell === null || cell === undefined ? null : read(cell);
      }),
    };
  });
}

/** @returns what was written since the last time; places in the file go on */
function taken(bytes: { index: number; getBytes(): Uint8Array }): Buffer {
  const part = Buffer.from(bytes.getBytes());
  bytes.index = 0;
  return part;
}

async function* groupsOf(parts: Table['rows'], size: number): AsyncGenerator<TextRow[]> {
  let group: TextRow[] = [];
  for await (const part of parts)
    for (const row of part) {
      group.push(row);
      if (group.length < size) continue;
      yield group;
      group = [];
    }
  if (group.length > 0) yield group;
}
