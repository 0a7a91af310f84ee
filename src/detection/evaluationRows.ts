import {
  type Columns,
  columnReader,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import { parseDatasetReference } from '../dataset';
import type { EvaluationProtocol } from './evaluationProtocol';

/** One protocol applied to one run. Its figures are read by metricReads.ts. */
export interface EvaluationRow {
  id: number;
  runId: number;
  protocol: EvaluationProtocol;
  /** sha256 of the canonical protocol */
  protocolKey: string;
  imageCount: number;
  lesionCount: number;
  detectionCount: number;
  createdAt: Date;
}

const EVALUATION_COLUMNS: Columns<EvaluationRow> = {
  id: 'id',
  runId: 'run_id',
  protocol: 'protocol',
  protocolKey: 'protocol_key',
  imageCount: 'image_count',
  lesionCount: 'lesion_count',
  detectionCount: 'detection_count',
  createdAt: 'created_at',
};

/** The select list and the RETURNING list of an evaluation. */
export const EVALUATION_SQL = selectColumns(EVALUATION_COLUMNS, 'evaluation');

/** Which evaluations; fields beside one another all hold. */
export interface EvaluationFilter {
  /** ids of runs */
  runIds?: readonly number[] | null;
  /** `slug` or `slug@version`; every version where only the slug is given */
  dataset?: string | null;
  detector?: string | null;
}

export const EVALUATION_ORDER_FIELDS = ['CREATED_AT', 'ID'] as const;
export type EvaluationOrderField = (typeof EVALUATION_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'evaluation.id', type: 'int4' };
const SORT_KEYS: Record<EvaluationOrderField, SortKey> = {
  CREATED_AT: { expression: 'evaluation.created_at', type: 'timestamptz' },
  ID: UNIQUE,
};

/** Describes a list of evaluations (`parentColumn` is the run). @throws BadUserInput when filter or order do not fit */
export function evaluationListing(
  filter: EvaluationFilter,
  orderBy: readonly OrderBy<EvaluationOrderField>[],
): Listing<EvaluationRow> {
  const parameters = new SqlParameters();
  const where: string[] = [];
  const ofRuns = (condition: string): string =>
    `evaluation.run_id IN (SELECT run.id FROM detection_run AS run WHERE ${condition})`;
  if (filter.runIds) where.push(`evaluation.run_id = ANY(${parameters.add(filter.runIds)}::int4[])`);
  if (typeof filter.dataset === 'string') {
    const { slug, version } = parseDatasetReference(filter.dataset);
    const versionSql = version === null ? '' : ` AND version = ${parameters.add(version)}::int4`;
    where.push(ofRuns(`run.dataset_id IN (SELECT id FROM dataset WHERE slug = ${parameters.add(slug)}${versionSql})`));
  }
  if (typeof filter.detector === 'string') {
    where.push(ofRuns(`run.detector_id IN (SELECT id FROM detector WHERE name = ${parameters.add(filter.detector)})`));
  }
  return {
    columns: EVALUATION_SQL,
    from: 'evaluation',
    where,
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(EVALUATION_COLUMNS, ''),
    parentColumn: 'evaluation.run_id',
  };
}

/** @returns the evaluations that exist, in no order */
export function findEvaluations(database: Queryable, ids: readonly number[]): Promise<EvaluationRow[]> {
  return database.query({
    name: 'evaluations-by-id',
    text: `SELECT ${EVALUATION_SQL} FROM evaluation WHERE evaluation.id = ANY($1::int4[])`,
    values: [ids],
  });
}

/** @returns the evaluations of the runs, the latest of a run first */
export function findEvaluationsOfRuns(database: Queryable, runIds: readonly number[]): Promise<EvaluationRow[]> {
  return database.query({
    name: 'evaluations-of-runs',
    text: `SELECT ${EVALUATION_SQL} FROM evaluation WHERE evaluation.run_id = ANY($1::int4[]) ORDER BY run_id, id DESC`,
    values: [runIds],
  });
}
