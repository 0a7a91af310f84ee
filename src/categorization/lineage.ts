import { ANY_OF_IDS, type Queryable, selectColumns } from '../database';
import {
  ENCODER_COLUMNS,
  type EncoderRow,
  ITERATION_COLUMNS,
  type IterationRow,
  SCAN_COLUMNS,
  type ScanRow,
} from './rows';

/** @returns the encoders with these row ids, in any order; missing ones are omitted */
export function findEncoders(database: Queryable, ids: readonly number[]): Promise<EncoderRow[]> {
  return database.query({
    name: 'encoder.id',
    text: `SELECT ${selectColumns(ENCODER_COLUMNS, 'encoder')} FROM encoder WHERE id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the iterations of these categorizations, each's in their order */
export function findIterations(database: Queryable, categorizationIds: readonly number[]): Promise<IterationRow[]> {
  return database.query({
    name: 'categorization.iterations',
    text: `SELECT ${selectColumns(ITERATION_COLUMNS, 'step')} FROM categorization_iteration AS step
           WHERE categorization_id = ${ANY_OF_IDS} ORDER BY categorization_id, iteration`,
    values: [categorizationIds],
  });
}

/** @returns the numbers of clusters that were tried for these categorizations, by rising number */
export function findScans(database: Queryable, categorizationIds: readonly number[]): Promise<ScanRow[]> {
  return database.query({
    name: 'categorization.scans',
    text: `SELECT ${selectColumns(SCAN_COLUMNS, 'scan')} FROM categorization_scan AS scan
           WHERE categorization_id = ${ANY_OF_IDS} ORDER BY categorization_id, cluster_count`,
    values: [categorizationIds],
  });
}
