/** The enums of detectors, runs and detections. */

import { FAILURE_KINDS } from '../../failureKind';
import { IMAGE_STATES, JOB_STATUSES } from '../../job';
import { DETECTOR_ORDER_FIELDS } from '../../models';
import { REVIEW_VERDICTS } from '../../results';
import {
  DETECTION_ORDER_FIELDS,
  RUN_COMPLETENESSES,
  RUN_ORDER_FIELDS,
  RUN_PRIORITIES,
  WEBHOOK_STATES,
} from '../../runs';
import { BY_ID, defineEnum } from '../core/enums';

export const DetectionRunStatusEnum = defineEnum(
  'DetectionRunStatus',
  'Where a detection run is. It ends in exactly one of SUCCEEDED, FAILED, CANCELLED.',
  JOB_STATUSES,
  {
    QUEUED: 'Accepted; no worker has begun.',
    RUNNING: 'A worker has begun.',
    SUCCEEDED: 'Every image has an outcome; single images may have failed.',
    FAILED: 'It could not go on; `error` says why.',
    CANCELLED: 'Somebody cancelled it.',
  },
);

export const RunCompletenessEnum = defineEnum(
  'DetectionRunCompleteness',
  'Whether an ended run has an answer for every image.',
  RUN_COMPLETENESSES,
  {
    COMPLETE: 'The detector answered for every image.',
    PARTIAL: 'Some images failed or were never looked at; an evaluation leaves their lesions out.',
  },
);

export const WebhookStateEnum = defineEnum(
  'DetectionRunWebhookState',
  "Where the message of a run's end is.",
  WEBHOOK_STATES,
  {
    WAITING: 'The run has not ended.',
    DUE: 'The run has ended; the message is about to be queued.',
    QUEUED: 'It is being sent, or waits for another attempt.',
    DELIVERED: 'The receiver answered 2xx.',
    FAILED: 'Given up after the last attempt; `lastError` says why.',
  },
);

export const RunPriorityEnum = defineEnum(
  'RunPriority',
  'How a run shares the workers with others that wait. Clients take turns, image by image, so that nobody waits for all that somebody else has queued; a client is an address.',
  RUN_PRIORITIES,
  {
    INTERACTIVE: 'Somebody waits for it: an image counts as a quarter in the turns. Meant for a few images.',
    NORMAL: 'In turn with the other clients.',
    BACKGROUND: 'It has time: an image counts as four.',
  },
);

export const RunImageStateEnum = defineEnum(
  'RunImageState',
  'What became of one image of a detection run.',
  IMAGE_STATES,
  {
    PENDING: 'Not done yet.',
    COMPLETED: 'Its detections are there; there may be none.',
    FAILED: 'It has no detections; `error` says why.',
  },
);

export const FailureKindEnum = defineEnum(
  'FailureKind',
  'Why an image has no detections, for programs; `error` says the same to people.',
  FAILURE_KINDS,
  {
    NO_PIXEL_FILE: 'Its pixel file is not there.',
    SIZE_DIFFERS:
      'Its pixel file has another size than the data set says, or a neighbouring slice another one than it.',
    UNREADABLE_IMAGE: 'Its pixel file, or that of a neighbouring slice, is not a whole 16-bit greyscale PNG.',
    BAD_MODEL_OUTPUT: 'The model answered what cannot be boxes and scores.',
    TIMEOUT: 'The model took too long.',
    MEMORY: 'The model took too much memory.',
    PROCESS_LOST: 'The inference process died over it, twice.',
    GIVEN_UP: 'Its workers died or failed again and again.',
    OTHER: 'Something else, such as an error of the execution provider.',
  },
);

export const ReviewVerdictEnum = defineEnum(
  'ReviewVerdict',
  'What a radiologist says of a detection. DeepLesion marks about half of its lesions, so a false positive may be one.',
  REVIEW_VERDICTS,
  {
    LESION: 'It is a lesion.',
    NOT_A_LESION: 'It is none.',
    UNSURE: 'The slice alone does not tell.',
  },
);

export const DetectorOrderFieldEnum = defineEnum(
  'DetectorOrderField',
  'What detectors can be ordered by.',
  DETECTOR_ORDER_FIELDS,
  { ID: BY_ID, NAME: 'Name, byte by byte.', REGISTERED_AT: 'Time of registration.' },
);

export const DetectionRunOrderFieldEnum = defineEnum(
  'DetectionRunOrderField',
  'What detection runs can be ordered by.',
  RUN_ORDER_FIELDS,
  { ID: BY_ID, CREATED_AT: 'Time of the request.', STATUS: 'Queued, running, succeeded, failed, cancelled.' },
);

export const DetectionOrderFieldEnum = defineEnum(
  'DetectionOrderField',
  'What the detections of a run can be ordered by.',
  DETECTION_ORDER_FIELDS,
  {
    IMAGE_AND_RANK: 'Image by image, the best box of each first.',
    SCORE: 'Score.',
    ID: BY_ID,
  },
);
