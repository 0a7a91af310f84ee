/** The tables of a data set version as files. */
import { type CategorizationRow, findCategorizationByName } from '../categorization';
import { SqlParameters } from '../database';
import { imageFilterSql, lesionFilterSql, patientFilterSql, studyFilterSql } from '../dataset';
import { BadUserInput, Conflict, NotFound, quoted } from '../errors';
import { type Parameters, readParameters, refuseParameter } from '../parameters';
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
import type { Export, ExportSource, RoomFilters } from './export';
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

const PARAMETERS = ['filter', 'fields', 'spreadsheet'] as const;

/** The rows of a table that match a filter. */
export async function tableExport(
  source: ExportSource,
  version: Version,
  name: DatasetTable,
  format: TableFormat,
  query: Parameters,
): Promise<Export> {
  const known = name === 'lesions' ? ([...PARAMETERS, 'categorization'] as const) : PARAMETERS;
  const parameters: Partial<Record<string, string>> = readParameters<string>(query, known);
  const definition: FilteredTable<keyof RoomFilters> = TABLES[name];
  const chosen = await readFilterOf(source, definition.filter, parameters.filter, version);
  const categorization = await findCategorization(source, version, parameters.categorization);
  const offered = [...definition.table.columns, ...(categorization ? CLUSTER_COLUMNS : [])];
  const columns = readFields(parameters.fields, offered);
  const spreadsheet = readFlag('spreadsheet', parameters.spreadsheet, format);
  const showsPixels = columns.some((one) => PIXEL_COLUMNS.has(one.name)) || chosen.identity.includes('"hasPixels"');
  const metadata = metadataOf(version, source, chosen.filter);
  const identity = [
    ...[version.identity, name, chosen.identity, columns.map((one) => one.name), spreadsheet],
    categorization?.uuid,
    showsPixels || name === 'files' ? await pixelState(source.database, version) : null,
    format === 'parquet' ? metadata : null,
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
    ],
    write: (snapshot) => {
      const statement = statementOf(definition, version, chosen, columns, categorization);
      return writeTable(format, { columns, rows: snapshot.rows(statement) }, { forSpreadsheet: spreadsheet, metadata });
    },
  };
}

function statementOf(
  { table, datasetColumn, condition }: FilteredTable<keyof RoomFilters>,
  { dataset }: Version,
  { filter }: ChosenFilter<keyof RoomFilters>,
  columns: readonly SqlColumn[],
  categorization: CategorizationRow | null,
) {
  const parameters = new SqlParameters();
  const where = [`${datasetColumn} = ${parameters.add(dataset.id)}::int4`, condition(filter, parameters)];
  const from = categorization ? table.from + clusterJoin(parameters.add(categorization.id)) : table.from;
  return tableStatement({ ...table, from }, columns, where, parameters.values);
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
function readFields(text: string | undefined, offered: readonly SqlColumn[]): readonly SqlColumn[] {
  if (text === undefined) return offered;
  const names = text.split(',');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new BadUserInput(`Expected each of fields once; got ${quoted(twice)} twice.`, 'fields');
  return names.map((name) => {
    const found = offered.find((one) => one.name === name);
    if (found) return found;
    throw new BadUserInput(
      `Expected fields to be columns separated by commas; there is no ${quoted(name)}. The columns: ` +
        `${offered.map((one) => one.name).join(', ')}.`,
      'fields',
    );
  });
}

function readFlag(name: string, text: string | undefined, format: TableFormat): boolean {
  if (text === undefined) return false;
  if (format !== 'csv') refuseParameter(name, 'left out of what is no CSV file', text);
  return text === '1' || (text !== '0' && refuseParameter(name, '0 or 1', text));
}
