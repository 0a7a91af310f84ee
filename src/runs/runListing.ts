/** The lists of runs and of the images of a run. */
import {
  type Columns,
  columnReader,
  type Listing,
  type OrderBy,
  type SortKey,
  SqlParameters,
  selectColumns,
  sortKeys,
} from '../database';
import { type BooleanFilter, booleanFilterSql, datasetIdSql } from '../dataset';
import type { FailureKind } from '../failureKind';
import { type ImageState, JOB_STATUSES, type JobStatus } from '../job';
import { type DetectionRunRow, RUN_COLUMNS } from './runRows';

/** Which runs; all given fields must match. */
export interface RunFilter extends BooleanFilter<RunFilter> {
  /** `slug` (its latest version) or `slug@version` */
  dataset?: string | null;
  detector?: string | null;
  detectorVersion?: string | null;
  status?: readonly JobStatus[] | null;
  /** with at least one of these tags */
  tag?: readonly string[] | null;
}

export const RUN_ORDER_FIELDS = ['CREATED_AT', 'STATUS', 'ID'] as const;

export type RunOrderField = (typeof RUN_ORDER_FIELDS)[number];

const UNIQUE_RUN: SortKey = { expression: 'run.id', type: 'int4' };

const RUN_SORT_KEYS: Record<RunOrderField, SortKey> = {
  CREATED_AT: { expression: 'run.created_at', type: 'timestamptz' },
  STATUS: { expression: 'run.status', type: 'run_status', values: JOB_STATUSES },
  ID: UNIQUE_RUN,
};

/** Describes a list of runs. @throws BadUserInput if filter or order do not fit */
export function runListing(filter: RunFilter, orderBy: readonly OrderBy<RunOrderField>[]): Listing<DetectionRunRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, (one) => runConditions(one, parameters));
  return {
    columns: selectColumns(RUN_COLUMNS, 'run'),
    from: 'detection_run AS run',
    where: [where],
    order: sortKeys(orderBy, RUN_SORT_KEYS, UNIQUE_RUN),
    parameters,
    read: columnReader(RUN_COLUMNS, ''),
  };
}

function runConditions(filter: RunFilter, parameters: SqlParameters): string[] {
  const where: string[] = [];
  if (typeof filter.dataset === 'string') where.push(`run.dataset_id = ${datasetIdSql(filter.dataset, parameters)}`);
  if (typeof filter.detector === 'string')
    where.push(`run.detector_id IN (SELECT id FROM detector WHERE name = ${parameters.add(filter.detector)})`);
  if (typeof filter.detectorVersion === 'string')
    where.push(
      `run.detector_id IN (SELECT id FROM detector WHERE version = ${parameters.add(filter.detectorVersion)})`,
    );
  if (filter.status) where.push(`run.status = ANY(${parameters.add(filter.status)}::run_status[])`);
  if (filter.tag) where.push(`run.tags && ${parameters.add(filter.tag)}::text[]`);
  return where;
}

/** The outcome of one image of a run. */
export interface RunImageRow {
  runId: number;
  imageId: number;
  state: ImageState;
  /** files, tensor, model and boxes together */
  milliseconds: number | null;
  error: string | null;
  /** null unless it failed, and for failures that a worker of an earlier version wrote */
  failureKind: FailureKind | null;
  /** how often a worker began with it */
  attempts: number;
  /** worker that wrote the outcome; its row may be gone */
  workerId: string | null;
  /** whether the pixel file differed from that at the import; null if it is not known */
  pixelsChanged: boolean | null;
  finishedAt: Date | null;
}

const RUN_IMAGE_COLUMNS: Columns<RunImageRow> = {
  runId: 'run_id',
  imageId: 'image_id',
  state: 'state',
  milliseconds: 'milliseconds',
  error: 'error',
  failureKind: 'failure_kind',
  attempts: 'attempts',
  workerId: 'worker_id',
  pixelsChanged: 'pixels_changed',
  finishedAt: 'finished_at',
};

/** Describes the images of runs (`parentColumn` is the run), by image. */
export function runImageListing(filter: { state?: readonly RunImageRow['state'][] | null }): Listing<RunImageRow> {
  const parameters = new SqlParameters();
  return {
    columns: selectColumns(RUN_IMAGE_COLUMNS, 'run_image'),
    from: 'run_image',
    where: filter.state ? [`run_image.state = ANY(${parameters.add(filter.state)}::run_image_state[])`] : [],
    order: [{ expression: 'run_image.image_id', type: 'int4' }],
    parameters,
    read: columnReader(RUN_IMAGE_COLUMNS, ''),
    parentColumn: 'run_image.run_id',
  };
}
