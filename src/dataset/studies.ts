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
import { latestVersionSql } from './conditions';
import { readStudyContents, type StudyContents, studyContentsSql } from './contents';
import { lookUpByKeys } from './keys';
import { PATIENT_COLUMNS, STUDY_COLUMNS, type StudyRow } from './rows';
import { type StudyFilter, studyFilterNamesDataset, studyFilterSql } from './studyFilter';

export const STUDY_ORDER_FIELDS = ['ID', 'AGE_YEARS', 'PATIENT_INDEX', 'STUDY_INDEX'] as const;
export type StudyOrderField = (typeof STUDY_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'study.id', type: 'int4' };
const SORT_KEYS: Record<StudyOrderField, SortKey> = {
  ID: UNIQUE,
  AGE_YEARS: { expression: 'study.age_years', type: 'float8', nullable: true },
  PATIENT_INDEX: { expression: 'patient.patient_index', type: 'int4' },
  STUDY_INDEX: { expression: 'study.study_index', type: 'int4' },
};
const COLUMNS = selectColumns(STUDY_COLUMNS, 'study');
const readStudy = columnReader(STUDY_COLUMNS, '');
const readPatient = columnReader(PATIENT_COLUMNS, 'patient.');

/**
 * Describes a list of studies, each with its patient. Without a data set in the filter it holds the latest version of
 * every data set.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function studyListing(
  filter: StudyFilter,
  orderBy: readonly OrderBy<StudyOrderField>[],
  contents: StudyContents = {},
): Listing<StudyRow> {
  const parameters = new SqlParameters();
  const where = [studyFilterSql(filter, parameters)];
  if (!studyFilterNamesDataset(filter)) where.push(latestVersionSql('patient.dataset_id'));
  return {
    columns: `${COLUMNS}, ${selectColumns(PATIENT_COLUMNS, 'patient', 'patient.')}${studyContentsSql(contents)}`,
    from: 'study JOIN patient ON patient.id = study.patient_id',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: (flat) => {
      const study: StudyRow = readStudy(flat);
      study.patient = readPatient(flat);
      readStudyContents(study, flat, contents);
      return study;
    },
    ofDataset: true,
  };
}

/** @returns the studies with these row ids, in any order; missing ones are omitted */
export function findStudies(database: Queryable, ids: readonly number[]): Promise<StudyRow[]> {
  return database.query({
    name: 'study.id',
    text: `SELECT ${COLUMNS} FROM study WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

const BY_KEY = lookUpByKeys<GlobalKeys['Study']>({ patientIndex: 'int4', studyIndex: 'int4' });

/** @returns the studies with these keys, in any order; missing ones are omitted */
export function findStudiesByKey(database: Queryable, keys: readonly GlobalKeys['Study'][]): Promise<StudyRow[]> {
  return database.query({
    name: 'study.key',
    text: `SELECT ${COLUMNS} FROM ${BY_KEY.from} JOIN study ON study.dataset_id = dataset.id
           AND study.patient_index = key."patientIndex" AND study.study_index = key."studyIndex"`,
    values: BY_KEY.values(keys),
  });
}

/** @returns all studies of these patients, in the order of their study index */
export function findStudiesOfPatients(database: Queryable, patientIds: readonly number[]): Promise<StudyRow[]> {
  return database.query({
    name: 'study.patient_id',
    text: `SELECT ${COLUMNS} FROM study WHERE patient_id = ${ANY_OF_IDS} ORDER BY patient_id, study_index`,
    values: [patientIds],
  });
}
