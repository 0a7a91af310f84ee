import {
  columnReader,
  type Listing,
  type OrderBy,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import { type BooleanFilter, booleanFilterSql, datasetIdSql, isGiven } from '../dataset';
import type { GlobalKeys } from '../globalId';
import { EVALUATION_COLUMNS, type EvaluationRow } from './evaluationRows';

/** Which evaluations; all given fields must match. */
export interface EvaluationFilter extends BooleanFilter<EvaluationFilter> {
  run?: GlobalKeys['DetectionRun'] | null;
  /** `slug` or `slug@version` of the run */
  dataset?: string | null;
  /** name of the run's detector */
  detector?: string | null;
}

export const EVALUATION_ORDER_FIELDS = ['ID', 'CREATED_AT'] as const;
export type EvaluationOrderField = (typeof EVALUATION_ORDER_FIELDS)[number];

const UNIQUE: SortKey = { expression: 'evaluation.id', type: 'int4' };
const SORT_KEYS: Record<EvaluationOrderField, SortKey> = {
  ID: UNIQUE,
  CREATED_AT: { expression: 'evaluation.created_at', type: 'timestamptz' },
};

/**
 * Describes a list of evaluations.
 *
 * @throws BadUserInput if filter or order do not fit
 */
export function evaluationListing(
  filter: EvaluationFilter,
  orderBy: readonly OrderBy<EvaluationOrderField>[],
): Listing<EvaluationRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, ({ run, dataset, detector }) => {
    const conditions: string[] = [];
    if (isGiven(run))
      conditions.push(
        `evaluation.run_id = (SELECT id FROM detection_run WHERE uuid = ${parameters.add(run.uuid)}::uuid)`,
      );
    const ofRun: string[] = [];
    if (isGiven(dataset)) ofRun.push(`r.dataset_id = ${datasetIdSql(dataset, parameters)}`);
    if (isGiven(detector)) ofRun.push(`d.name = ${parameters.add(detector)}`);
    if (ofRun.length > 0)
      conditions.push(
        `EXISTS (SELECT FROM detection_run AS r JOIN detector AS d ON d.id = r.detector_id
            WHERE r.id = evaluation.run_id AND ${ofRun.join(' AND ')})`,
      );
    return conditions;
  });
  return {
    columns: selectColumns(EVALUATION_COLUMNS, 'evaluation'),
    from: 'evaluation',
    where: [where],
    order: sortKeys(orderBy, SORT_KEYS, UNIQUE),
    parameters,
    read: columnReader(EVALUATION_COLUMNS, ''),
  };
}
