/** The columns of every request for detections: a run over a data set, or a detection in an upload. */
import type { Columns } from '../database';
import type { Selection } from '../inference';

import type { JobStatus } from '../job';

/** Which boxes of a detector are kept; null if an external detector does not state it. */
type StatedSelection = { [Setting in keyof Selection]: Selection[Setting] | null };

/** One detector over images, with everything that its boxes depend on. */
export interface DetectionJobRow extends StatedSelection {
  detectorId: number;
  status: JobStatus;
  /** null exactly for a run of an external detector */
  modelSha256: string | null;
  codeVersion: string;
  /** null before the start */
  executionProvider: string | null;
  /** why it failed */
  error: string | null;
  warnings: string[];
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A request to a detector that has a model. */
export type ModelJobRow = DetectionJobRow & Selection & { modelSha256: string };

export const DETECTION_JOB_COLUMNS: Columns<DetectionJobRow> = {
  detectorId: 'detector_id',
  status: 'status',
  scoreThreshold: 'score_threshold',
  nmsIouThreshold: 'nms_iou_threshold',
  maxDetectionsPerImage: 'max_detections_per_image',
  modelSha256: 'model_sha256',
  codeVersion: 'code_version',
  executionProvider: 'execution_provider',
  error: 'error',
  warnings: 'warnings',
  createdAt: 'created_at',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
};
