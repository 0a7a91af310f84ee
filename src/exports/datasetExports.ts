/** The tables of a data set version as files. */
import { type CategorizationRow, findCategorizationByName } from '../categorization';
import { SqlParameters } from '../database';
import { imageFilterSql, lesionFilterSql, patientFilterSql, studyFilterSql } from '../dataset';
import { BadUserInput, Conflict, NotFound, quoted } from '../errors';
import { type Parameters, readParameters, refuseParameter } from '../parameters';
import { CSV_METADATA, csvMetadataExport } from './csvMetadata';
import {
  CLUSTER_COLUMNS,
  clusterJoin,
  FILES,
  IMAGES,
  LESIONS,
  PATIENTS,
  PIXEL_COLUMNS,
  STUDIES,
} from './datasetTables';
import type { Export, ExportSource, Link, RoomFilters } from './export';
import { type SqlColumn, type TableDefinition, tableStatement } from './table';
import { FORMAT_FACTS, type TableFormat, writeTable } from './tableFormat';
import { type ChosenFilter, linksOf, metadataOf, pixelState, readFilterOf, type Version } from './version';

/** A table with the filter that chooses its rows. */
interface FilteredTable<Name extends keyof RoomFilters> {
  readonly table: TableDefinition;
  readonly filter: Name;
  /** the column that says to which version a row belongs */
  readonly datasetColumn: string;
  condition(filter: RoomFilters[Name], parameters: SqlParameters): string;
}

const filtered = <Name extends keyof RoomFilters>(table: FilteredTable<Name>): FilteredTable<Name> => table;

const TABLES = {
  lesions: filtered({
    table: LESIONS,
    filter: 'LesionFilter',
    datasetColumn: 'lesion.dataset_id',
    condition: lesionFilterSql,
  }),
  images: filtered({
    table: IMAGES,
    filter: 'BookmarkedImageFilter',
    datasetColumn: 'image.dataset_id',
    condition: imageFilterSql,
  }),
  files: filtered({
    table: FILES,
    filter: 'BookmarkedImageFilter',
    datasetColumn: 'image.has_pixels AND image.dataset_id',
    condition: imageFilterSql,
  }),
  studies: filtered({
    table: STUDIES,
    filter: 'StudyFilter',
    datasetColumn: 'study.dataset_id',
    condition: studyFilterSql,
  }),
  patients: filtered({
    table: PATIENTS,
    filter: 'PatientFilter',
    datasetColumn: 'patient.dataset_id',
    condition: patientFilterSql,
  }),
};

/** A table of a data set version, by the name of its file. */
export type DatasetTable = keyof typeof TABLES;
export const DATASET_TABLES = Object.keys(TABLES) as DatasetTable[];

const PARAMETERS = ['filter', 'fields', 'order', 'spreadsheet'] as const;

/** What of a table is exported, and in which order. */
interface ChosenTable {
  readonly definition: FilteredTable<keyof RoomFilters>;
  readonly chosen: ChosenFilter<keyof RoomFilters>;
  readonly columns: readonly SqlColumn[];
  readonly categorization: CategorizationRow | null;
  /** null: the order of the source */
  readonly order: ChosenOrder | null;
  readonly isForSpreadsheet: boolean;
}

async function readChoice(
  source: ExportSource,
  version: Version,
  name: DatasetTable,
  format: TableFormat,
  query: Parameters,
): Promise<ChosenTable> {
  const known = name === 'lesions' ? ([...PARAMETERS, 'categorization'] as const) : PARAMETERS;
  const parameters: Partial<Record<string, string>> = readParameters<string>(query, known);
  const definition: FilteredTable<keyof RoomFilters> = TABLES[name];
  const chosen = await readFilterOf(source, definition.filter, parameters.filter, version);
  const categorization = await findCategorization(source, version, parameters.categorization);
  const offered = [...definition.table.columns, ...(categorization ? CLUSTER_COLUMNS : [])];
  return {
    ...{ definition, chosen, categorization },
    columns: readFields(parameters.fields, offered),
    order: readOrder(parameters.order, offered),
    isForSpreadsheet: readFlag('spreadsheet', parameters.spreadsheet, format),
  };
}

/** The rows of a table that match a filter. */
export async function tableExport(
  source: ExportSource,
  version: Version,
  name: DatasetTable,
  format: TableFormat,
  query: Parameters,
): Promise<Export> {
  const choice = await readChoice(source, version, name, format, query);
  const { chosen, columns, categorization, order, isForSpreadsheet } = choice;
  const readsPixels = [...columns, ...(order?.columns ?? [])].some((one) => PIXEL_COLUMNS.has(one.name));
  const showsPixels = readsPixels || chosen.identity.includes('"hasPixels"');
  const metadata = metadataOf(version, source, chosen.filter);
  const identity = [
    ...[version.identity, name, chosen.identity, columns.map((one) => one.name), isForSpreadsheet],
    categorization?.uuid,
    showsPixels || name === 'files' ? await pixelState(source.database, version) : null,
    format === 'parquet' ? metadata : null,
    ...(order ? [order.text] : []),
  ];
  const { mediaType, isText } = FORMAT_FACTS[format];
  return {
    identity,
    mediaType,
    isText,
    fileName: `${version.name}.${name}.${format}`,
    links: [
      ...linksOf(version),
      { to: `/exports/schema/${name}.json`, rel: 'describedby', type: 'application/schema+json' },
      ...(format === 'csv' ? csvMetadataLinks(version, name, query) : []),
    ],
    write: (snapshot) => {
      const rows = snapshot.rows(statementOf(choice, version));
      return writeTable(format, { columns, rows }, { forSpreadsheet: isForSpreadsheet, metadata });
    },
  };
}

const asQuery = (query: Parameters): string => {
  const text = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return text === '' ? '' : `?${text}`;
};

/** Longer ones are no header that everyone accepts. */
const LONGEST_LINK = 1_000;

function csvMetadataLinks(version: Version, name: DatasetTable, query: Parameters): Link[] {
  const to = `/exports/${version.name}/${name}.csv${CSV_METADATA}${asQuery(query)}`;
  return to.length > LONGEST_LINK ? [] : [{ to, rel: 'describedby', type: 'application/csvm+json' }];
}

/** `GET …/lesions.csv-metadata.json`, with the parameters of the CSV file that it describes. */
export async function tableMetadataExport(
  source: ExportSource,
  version: Version,
  name: DatasetTable,
  query: Parameters,
): Promise<Export> {
  const { definition, chosen, columns } = await readChoice(source, version, name, 'csv', query);
  const described = { url: `${name}.csv${asQuery(query)}`, metadata: metadataOf(version, source, chosen.filter) };
  return csvMetadataExport({ ...definition.table, columns }, described, `${version.name}.${name}.csv`);
}

function statementOf({ definition, chosen, columns, categorization, order }: ChosenTable, { dataset }: Version) {
  const { table, datasetColumn, condition } = definition;
  const parameters = new SqlParameters();
  const where = [`${datasetColumn} = ${parameters.add(dataset.id)}::int4`, condition(chosen.filter, parameters)];
  const from = categorization ? table.from + clusterJoin(parameters.add(categorization.id)) : table.from;
  const ordered = { ...table, from, order: order ? `${order.sql}, ${table.order}` : table.order };
  return tableStatement(ordered, columns, where, parameters.values);
}

/**
 * @returns the finished categorization of this name; null without a name
 * @throws NotFound, Conflict
 */
export async function findCategorization(
  { database }: ExportSource,
  { dataset, name: version }: Version,
  name: string | undefined,
): Promise<CategorizationRow | null> {
  if (name === undefined) return null;
  const categorization = await findCategorizationByName(database, dataset.id, name);
  if (!categorization)
    throw new NotFound(`There is no categorization ${quoted(name)} of ${version}.`, 'categorization');
  if (categorization.status !== 'SUCCEEDED')
    throw new Conflict(
      `The categorization ${quoted(name)} is ${categorization.status}: export its pseudo-clusters once it is SUCCEEDED.`,
      'categorization',
    );
  return categorization;
}

/** @throws BadUserInput with the names of all columns */
const readFields = (text: string | undefined, offered: readonly SqlColumn[]): readonly SqlColumn[] =>
  text === undefined ? offered : namedColumns('fields', text, offered);

function namedColumns(parameter: string, text: string, offered: readonly SqlColumn[]): SqlColumn[] {
  const names = text.split(',');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new BadUserInput(`Expected each of ${parameter} once; got ${quoted(twice)} twice.`, parameter);
  return names.map((name) => {
    const found = offered.find((one) => one.name === name);
    if (found) return found;
    throw new BadUserInput(
      `Expected ${parameter} to be columns separated by commas; there is no ${quoted(name)}. The columns: ` +
        `${offered.map((one) => one.name).join(', ')}.`,
      parameter,
    );
  });
}

/** An order of rows; equal ones are in that of the source. */
interface ChosenOrder {
  /** as it was written */
  readonly text: string;
  readonly columns: readonly SqlColumn[];
  readonly sql: string;
}

/** @param text columns separated by commas, each with `-` in front for a falling one; missing values come last */
function readOrder(text: string | undefined, offered: readonly SqlColumn[]): ChosenOrder | null {
  if (text === undefined) return null;
  const falling = text.split(',').map((name) => name.startsWith('-'));
  const columns = namedColumns('order', text.replaceAll(/(^|,)-/g, '$1'), offered);
  const keys = columns.map(({ type, sql }, at) => {
    // The same on every server, whatever its language.
    const key = type === 'TEXT' || type === 'ENUM' ? `(${sql})::text COLLATE "C"` : sql;
    return `${key} ${falling[at] ? 'DESC' : 'ASC'} NULLS LAST`;
  });
  return { text, columns, sql: keys.join(', ') };
}

function readFlag(name: string, text: string | undefined, format: TableFormat): boolean {
  if (text === undefined) return false;
  if (format !== 'csv') refuseParameter(name, 'left out of what is no CSV file', text);
  return text === '1' || (text !== '0' && refuseParameter(name, '0 or 1', text));
}
