/** The columns of every request for detections: a run over a data set, or a detection in an upload. */
import type { Columns } from '../database';
import type { Selection } from '../inference';

import type { JobStatus } from '../job';

/** One detector over images, with everything that its boxes depend on. */
export interface DetectionJobRow extends Selection {
  detectorId: number;
  status: JobStatus;
  modelSha256: string;
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
