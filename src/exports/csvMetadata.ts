/** What a CSV file has no place for, beside it: CSV on the Web (https://www.w3.org/TR/tabular-metadata/). */
import { bytesOf, type Export } from './export';
import type { Column } from './table';
import type { DescribedTable } from './tables';

/** The ending that stands behind the name of the CSV file. */
export const CSV_METADATA = '-metadata.json';

type DataType = string | { base: string; format: string };

const TYPES: Record<Column['type'], (column: Column) => DataType> = {
  INTEGER: () => 'integer',
  DOUBLE: () => 'double',
  BOOLEAN: () => ({ base: 'boolean', format: 'true|false' }),
  TEXT: () => 'string',
  ENUM: ({ values = [] }) => ({ base: 'string', format: values.join('|') }),
};

/** What the file is, and what it says of itself where its format has a place for it. */
interface Described {
  /** address of the CSV file beside the metadata, with its parameters */
  url: string;
  /** of `metadataOf` */
  metadata: Readonly<Record<string, string>>;
}

/** @param table with the columns that the file has, in their order */
function csvMetadataOf({ description, columns }: DescribedTable, { url, metadata }: Described): object {
  const { name, licence, citation, ...rest } = metadata;
  const ids = columns.filter((column) => column.name === 'id');
  return {
    '@context': ['http://www.w3.org/ns/csvw', { '@language': 'en' }],
    url,
    'dc:title': name,
    'dc:description': description,
    ...(licence ? { 'dc:license': licence } : {}),
    ...(citation ? { 'dc:bibliographicCitation': citation } : {}),
    notes: Object.entries(rest).map(([key, value]) => ({ name: key, value })),
    dialect: {
      encoding: 'utf-8',
      delimiter: ',',
      quoteChar: '"',
      doubleQuote: true,
      header: true,
      lineTerminators: ['\n'],
    },
    tableSchema: {
      columns: columns.map((column) => ({
        name: column.name,
        titles: column.name,
        'dc:description': column.description,
        datatype: TYPES[column.type](column),
        required: !column.isNullable,
      })),
      ...(ids.length > 0 ? { primaryKey: 'id' } : {}),
    },
  };
}

/** @param fileName of the CSV file */
export function csvMetadataExport(table: DescribedTable, described: Described, fileName: string): Export {
  const text = `${JSON.stringify(csvMetadataOf(table, described), null, 1)}\n`;
  return {
    identity: ['csv-metadata', text],
    mediaType: 'application/csvm+json',
    isText: true,
    isSmall: true,
    fileName: `${fileName}${CSV_METADATA}`,
    write: () => bytesOf([text]),
  };
}
