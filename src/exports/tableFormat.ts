/** The three formats of a table, by the ending of a file's name. */
import { csvOf } from './csv';
import { ndjsonOf } from './ndjson';
import { parquetOf } from './parquet';
import type { Table } from './table';

export const TABLE_FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

interface FormatFacts {
  readonly mediaType: string;
  readonly isText: boolean;
}

export const FORMAT_FACTS: Readonly<Record<TableFormat, FormatFacts>> = {
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', isText: true },
  ndjson: { mediaType: 'application/x-ndjson', isText: true },
  parquet: { mediaType: 'application/vnd.apache.parquet', isText: false },
};

/** What a table is written with. */
export interface FormatOptions {
  /** guard the cells of a CSV file that a spreadsheet would compute */
  readonly forSpreadsheet: boolean;
  /** for the formats that keep any */
  readonly metadata: Readonly<Record<string, string>>;
}

export function writeTable(format: TableFormat, table: Table, { forSpreadsheet, metadata }: FormatOptions) {
  if (format === 'csv') return csvOf(table, forSpreadsheet);
  return format === 'ndjson' ? ndjsonOf(table) : parquetOf(table, metadata);
}
