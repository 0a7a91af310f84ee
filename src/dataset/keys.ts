/**
 * The keys that rows of a data set version have outside the database, and how rows are found by them: one statement for
 * however many.
 */
import type { SqlParameters } from '../database';
import type { GlobalKeys } from '../globalId';
import { parseDatasetReference } from './conditions';
import { nameOfDataset } from './datasetNames';
import type { DatasetRow, ImageRow, LesionRow, PatientRow, SeriesRow, StudyRow } from './rows';

export const datasetKey = ({ slug, version }: Pick<DatasetRow, 'slug' | 'version'>): GlobalKeys['Dataset'] => ({
  dataset: `${slug}@${version}`,
});

export const patientKey = (row: PatientRow): GlobalKeys['Patient'] => ({
  dataset: nameOfDataset(row),
  patientIndex: row.patientIndex,
});

export const studyKey = (row: StudyRow): GlobalKeys['Study'] => ({
  dataset: nameOfDataset(row),
  patientIndex: row.patientIndex,
  studyIndex: row.studyIndex,
});

export const seriesKey = (row: SeriesRow): GlobalKeys['Series'] => ({
  dataset: nameOfDataset(row),
  patientIndex: row.patientIndex,
  studyIndex: row.studyIndex,
  seriesIndex: row.seriesIndex,
});

export const imageKey = (row: ImageRow): GlobalKeys['BookmarkedImage'] => ({
  dataset: nameOfDataset(row),
  fileName: row.fileName,
});

export const lesionKey = (row: LesionRow): GlobalKeys['Lesion'] => ({
  dataset: nameOfDataset(row),
  sourceRowIndex: row.sourceRowIndex,
});

/** A part of a key in addition to the data set version: its SQL type. */
type Parts<Key> = { readonly [Part in Exclude<keyof Key, 'dataset'> & string]: 'int4' | 'text' };

/** A look-up by keys: its FROM, as `dataset` and `key`, and its values from the first parameter on. */
interface KeyLookUp<Key> {
  from: string;
  values(keys: readonly Key[]): unknown[];
}

/**
 * Describes look-ups by keys. The arrays come out of sub-selects, so that PostgreSQL keeps one plan (`ANY_OF_IDS`).
 *
 * @param parts of the key, each a column of `key` under the same name in quotes
 */
export function lookUpByKeys<Key extends { dataset: string }>(parts: Parts<Key>): KeyLookUp<Key> {
  const names = Object.keys(parts) as (keyof Parts<Key>)[];
  const types = ['text', 'int4', ...names.map((name) => parts[name])];
  const arrays = types.map((type, index) => `(SELECT $${index + 1}::${type}[])::${type}[]`);
  return {
    from: keysSql(arrays, names),
    values: (keys) => keyValues(keys, names),
  };
}

/** @returns a sub-select of the row ids of bookmarked images; of keys that name none there is none */
export function imageIdsSql(keys: readonly GlobalKeys['BookmarkedImage'][], parameters: SqlParameters): string {
  const values = keyValues(keys, ['fileName']);
  const arrays = ['text', 'int4', 'text'].map((type, index) => `${parameters.add(values[index])}::${type}[]`);
  return `(SELECT named.id FROM ${keysSql(arrays, ['fileName'])}
    JOIN bookmarked_image AS named ON named.dataset_id = dataset.id AND named.file_name = key."fileName")`;
}

function keysSql(arrays: readonly string[], names: readonly PropertyKey[]): string {
  const columns = ['slug', 'version', ...names.map((name) => `"${String(name)}"`)].join(', ');
  return (
    `unnest(${arrays.join(', ')}) AS key (${columns}) JOIN dataset ON dataset.slug = key.slug AND ` +
    'dataset.version = key.version'
  );
}

function keyValues<Key extends { dataset: string }>(keys: readonly Key[], names: readonly (keyof Key)[]): unknown[] {
  const references = keys.map(({ dataset }) => parseDatasetReference(dataset));
  return [
    references.map(({ slug }) => slug),
    references.map(({ version }) => version),
    ...names.map((name) => keys.map((key) => key[name])),
  ];
}

/** @returns a sub-select of the row id of a pseudo-cluster; null if the key names none */
export function pseudoClusterIdSql(
  { categorization, clusterIndex }: GlobalKeys['PseudoCluster'],
  parameters: SqlParameters,
): string {
  return `(SELECT named.id FROM pseudo_cluster AS named JOIN categorization ON categorization.id = named.categorization_id
    WHERE categorization.uuid = ${parameters.add(categorization)}::uuid AND named.cluster_index = ${parameters.add(clusterIndex)}::int4)`;
}
