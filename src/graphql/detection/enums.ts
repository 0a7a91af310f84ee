/** The enums of detectors, runs and detections. */

import { DETECTION_OUTCOME_KINDS } from '../../evaluation';
import { FAILURE_KINDS } from '../../failureKind';
import { IMAGE_STATES, JOB_STATUSES } from '../../job';
import { DETECTOR_ORDER_FIELDS, DETECTOR_SOURCES } from '../../models';
import { REVIEW_VERDICTS } from '../../results';
import { DETECTION_ORDER_FIELDS, RUN_COMPLETENESSES, RUN_ORDER_FIELDS, RUN_PRIORITIES } from '../../runs';
import { BY_ID, defineEnum } from '../core/enums';

export const DetectionRunStatusEnum = defineEnum(
  'DetectionRunStatus',
  'Status of a detection run, for filters. A run ends with exactly one of SUCCEEDED, FAILED and CANCELLED.',
  JOB_STATUSES,
  {
    QUEUED: 'Accepted; no worker has started yet.',
    RUNNING: 'A worker has started.',
    SUCCEEDED: 'Every image has been processed; individual images may have failed.',
    FAILED: 'It failed; `error` gives the reason.',
    CANCELLED: 'The run was cancelled.',
  },
);

export const RunCompletenessEnum = defineEnum(
  'DetectionRunCompleteness',
  'Whether a finished run has a result for every image.',
  RUN_COMPLETENESSES,
  {
    COMPLETE: 'The detector returned a result for every image.',
    PARTIAL: 'Some images failed or were never processed; evaluations exclude their lesions.',
  },
);

export const RunPriorityEnum = defineEnum(
  'RunPriority',
  'Priority of a run in the queue. Workers are shared fairly between clients, image by image, so ' +
    'that no client waits for everything that another client has queued. A client is identified by ' +
    'its address.',
  RUN_PRIORITIES,
  {
    INTERACTIVE:
      'For a user who waits for the result: an image counts as a quarter of an image in the fair ' +
      'share. Intended for a few images.',
    NORMAL: 'The regular fair share.',
    BACKGROUND: 'Without urgency: an image counts as four images in the fair share.',
  },
);

export const RunImageStateEnum = defineEnum('RunImageState', 'State of one image of a detection run.', IMAGE_STATES, {
  PENDING: 'Not processed yet.',
  COMPLETED: 'Its detections are stored; there may be none.',
  FAILED: 'It has no detections; `error` gives the reason.',
});

export const FailureKindEnum = defineEnum(
  'FailureKind',
  'Machine-readable reason why an image has no detections; `error` gives the same reason as text.',
  FAILURE_KINDS,
  {
    NO_PIXEL_FILE: 'Its pixel file is missing.',
    SIZE_DIFFERS:
      'The size of its pixel file differs from that in the data set, or a neighbouring slice has another size.',
    UNREADABLE_IMAGE: 'Its pixel file, or that of a neighbouring slice, is not a complete 16-bit greyscale PNG.',
    BAD_MODEL_OUTPUT: "The model's output is not valid boxes and scores.",
    TIMEOUT: 'The model exceeded the time limit.',
    MEMORY: 'The model exceeded the memory limit.',
    PROCESS_LOST: 'The inference process died twice while processing it.',
    GIVEN_UP: 'Its workers died or failed repeatedly.',
    OTHER: 'Any other reason, such as an error of the execution provider.',
  },
);

export const ReviewVerdictEnum = defineEnum(
  'ReviewVerdict',
  "A radiologist's verdict on a detection. About half of the lesions in DeepLesion are not " +
    'annotated, so a false positive may be a lesion.',
  REVIEW_VERDICTS,
  {
    LESION: 'The detection is a lesion.',
    NOT_A_LESION: 'The detection is not a lesion.',
    UNSURE: 'The slice alone is not sufficient for a verdict.',
    WITHDRAWN: 'The reviewer takes the earlier verdict back. Without another verdict, the detection is not reviewed.',
  },
);

export const DetectorSourceEnum = defineEnum('DetectorSource', 'Where a detector comes from.', DETECTOR_SOURCES, {
  EXTERNAL: 'It runs outside this server, which has no model of it and stores only its detections.',
  REGISTERED: 'It was registered by `registerDetector` or `deeplesion model register`; the database keeps its model.',
  SHIPPED: 'Its model folder is, or was, in MODELS_DIR.',
});

export const DetectorOrderFieldEnum = defineEnum(
  'DetectorOrderField',
  'Fields by which detectors can be ordered.',
  DETECTOR_ORDER_FIELDS,
  { ID: BY_ID, NAME: 'Name, in byte order.', REGISTERED_AT: 'Time of registration.' },
);

export const DetectionRunOrderFieldEnum = defineEnum(
  'DetectionRunOrderField',
  'Fields by which detection runs can be ordered.',
  RUN_ORDER_FIELDS,
  {
    ID: BY_ID,
    CREATED_AT: 'Time of the request.',
    STATUS: 'Status, in the order queued, running, succeeded, failed, cancelled.',
  },
);

export const DetectionOrderFieldEnum = defineEnum(
  'DetectionOrderField',
  'Fields by which the detections of a run can be ordered.',
  DETECTION_ORDER_FIELDS,
  {
    IMAGE_AND_RANK: 'By image, then by rank within the image.',
    SCORE: 'Score.',
    ID: BY_ID,
  },
);

export const DetectionOutcomeKindEnum = defineEnum(
  'DetectionOutcomeKind',
  'What a detection is worth, compared with the annotated lesions of its image.',
  DETECTION_OUTCOME_KINDS,
  {
    HIT: 'It is the detection with the highest score on its lesion.',
    DUPLICATE: 'It overlaps enough with a lesion that a detection with a higher score has hit already.',
    BACKGROUND: 'It overlaps enough with no annotated lesion. It may still be a lesion that was not annotated.',
  },
);
