import {
  ANY_OF_IDS,
  columnReader,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import type { GlobalKeys } from '../globalId';
import { datasetIdSql, latestVersionSql } from './conditions';
import { type PatientContents, patientContentsSql, readPatientContents } from './contents';
import { lookUpByKeys } from './keys';
import { type PatientFilter, patientFilterNamesDataset, patientFilterSql } from './patientFilter';
import { PATIENT_COLUMNS, type PatientRow } from './rows';
import { SEXES } from './vocabulary';

export const PATIENT_ORDER_FIELDS = ['ID', 'PATIENT_INDEX', 'SEX'] as const;
export type PatientOrderField = (typeof PATIENT_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'patient.id', type: 'int4' };
const SORT_KEYS: Record<PatientOrderField, SortKey> = {
  ID: UNIQUE,
  PATIENT_INDEX: { expression: 'patient.patient_index', type: 'int4' },
  SEX: { expression: 'patient.sex', type: 'sex', values: SEXES },
};
const COLUMNS = selectColumns(PATIENT_COLUMNS, 'patient');
const readPatient = columnReader(PATIENT_COLUMNS, '');

/**
 * Describes a list of patients. Without a data set in the filter and without a scope it holds the latest version of
 * every data set.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function patientListing(
  filter: PatientFilter,
  orderBy: readonly OrderBy<PatientOrderField>[],
  contents: PatientContents = {},
  scope?: 'dataset',
): Listing<PatientRow> {
  const parameters = new SqlParameters();
  const where = [patientFilterSql(filter, parameters)];
  if (!scope && !patientFilterNamesDataset(filter)) where.push(latestVersionSql('patient.dataset_id'));
  return {
    columns: COLUMNS + patientContentsSql(contents),
    from: 'patient',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: (flat) => {
      const patient: PatientRow = readPatient(flat);
      readPatientContents(patient, flat, contents);
      return patient;
    },
    parentColumn: scope && 'patient.dataset_id',
    ofDataset: true,
  };
}

/** @returns the patients with these row ids, in any order; missing ones are omitted */
export function findPatients(database: Queryable, ids: readonly number[]): Promise<PatientRow[]> {
  return database.query({
    name: 'patient.id',
    text: `SELECT ${COLUMNS} FROM patient WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

const BY_KEY = lookUpByKeys<GlobalKeys['Patient']>({ patientIndex: 'int4' });

/** @returns the patients with these keys, in any order; missing ones are omitted */
export function findPatientsByKey(database: Queryable, keys: readonly GlobalKeys['Patient'][]): Promise<PatientRow[]> {
  return database.query({
    name: 'patient.key',
    text: `SELECT ${COLUMNS} FROM ${BY_KEY.from}
           JOIN patient ON patient.dataset_id = dataset.id AND patient.patient_index = key."patientIndex"`,
    values: BY_KEY.values(keys),
  });
}

/** @param dataset `slug` or `slug@version` */
export async function findPatientByIndex(
  database: Queryable,
  dataset: string,
  patientIndex: number,
): Promise<PatientRow | null> {
  const parameters = new SqlParameters();
  const [row] = await database.query<PatientRow>({
    text: `SELECT ${COLUMNS} FROM patient WHERE dataset_id = ${datasetIdSql(dataset, parameters)}
        AND patient_index = ${parameters.add(patientIndex)}::int4`,
    values: parameters.values,
  });
  return row ?? null;
}
