import { ANY_OF_IDS, type Queryable, selectColumns } from '../database';
import type { GlobalKeys } from '../globalId';
import { lookUpByKeys } from './keys';
import { SERIES_COLUMNS, type SeriesRow } from './rows';

const COLUMNS = selectColumns(SERIES_COLUMNS, 'series');

/** @returns the series with these row ids, in any order; missing ones are omitted */
export function findSeries(database: Queryable, ids: readonly number[]): Promise<SeriesRow[]> {
  return database.query({
    name: 'series.id',
    text: `SELECT ${COLUMNS} FROM series WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

const BY_KEY = lookUpByKeys<GlobalKeys['Series']>({ patientIndex: 'int4', studyIndex: 'int4', seriesIndex: 'int4' });

/** @returns the series with these keys, in any order; missing ones are omitted */
export function findSeriesByKey(database: Queryable, keys: readonly GlobalKeys['Series'][]): Promise<SeriesRow[]> {
  return database.query({
    name: 'series.key',
    text: `SELECT ${COLUMNS} FROM ${BY_KEY.from} JOIN series ON series.dataset_id = dataset.id AND series.patient_index = key."patientIndex"
           AND series.study_index = key."studyIndex" AND series.series_index = key."seriesIndex"`,
    values: BY_KEY.values(keys),
  });
}

/** @returns all series of these studies, in the order of their series index */
export function findSeriesOfStudies(database: Queryable, studyIds: readonly number[]): Promise<SeriesRow[]> {
  return database.query({
    name: 'series.study_id',
    text: `SELECT ${COLUMNS} FROM series WHERE study_id = ${ANY_OF_IDS} ORDER BY study_id, series_index`,
    values: [studyIds],
  });
}
