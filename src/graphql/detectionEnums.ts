/** The enums of detectors, runs and evaluations. */
import {
  DETECTION_ORDER_FIELDS,
  DETECTOR_ORDER_FIELDS,
  EVALUATION_ORDER_FIELDS,
  EVALUATION_PRESETS,
  LESION_AREAS,
  REVIEW_VERDICTS,
  RUN_COMPLETENESSES,
  RUN_ORDER_FIELDS,
  RUN_PRIORITIES,
  RUN_STATUSES,
  WEBHOOK_STATES,
} from '../detection';
import { MISS_REASONS } from '../evaluation';
import { UPLOAD_KINDS } from '../uploads';
import { defineEnum } from './enums';

const BY_ID = 'The order in which the rows came in: stable, and the default.';

export const DetectionRunStatusEnum = defineEnum(
  'DetectionRunStatus',
  'Where a detection run is. It ends in exactly one of SUCCEEDED, FAILED, CANCELLED.',
  RUN_STATUSES,
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
  ['PENDING', 'COMPLETED', 'FAILED'],
  {
    PENDING: 'Not done yet.',
    COMPLETED: 'Its detections are there; there may be none.',
    FAILED: 'It has no detections; `error` says why.',
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

export const FrocCriterionEnum = defineEnum(
  'OverlapCriterion',
  'How the overlap of a detection with a lesion is measured.',
  ['IOU', 'IOBB', 'IOGT', 'IOBBGT'],
  {
    IOU: 'Intersection over union.',
    IOBB: 'Intersection over the area of the detected box.',
    IOGT: "Intersection over the area of the lesion's box.",
    IOBBGT: 'The larger of IOBB and IOGT.',
  },
);

export const EvaluationPresetEnum = defineEnum(
  'EvaluationPreset',
  'A convention by which others publish figures: the rules that make a hit.',
  EVALUATION_PRESETS,
  {
    PAPER:
      'Accuracy as Yan et al. 2017: IoU above the threshold, continuous widths. FROC as the public DeepLesion code.',
    COCO: 'As pycocotools: IoU at the threshold or above, continuous widths, one lesion a box, a second box on a lesion is false.',
    DEEPLESION_FROC:
      'As the public DeepLesion code: IoU at the threshold or above, the last pixel belongs to the box, a second box on a lesion is neither hit nor false.',
  },
);

export const ComparatorEnum = defineEnum(
  'OverlapComparator',
  'Whether an overlap at a threshold hits.',
  ['GREATER', 'GREATER_OR_EQUAL'],
  { GREATER: 'Only above the threshold.', GREATER_OR_EQUAL: 'At the threshold and above.' },
);

export const BoxMeasureEnum = defineEnum('BoxMeasure', 'How wide a box is.', ['CONTINUOUS', 'INCLUSIVE'], {
  CONTINUOUS: 'x2 - x1, as COCO has it.',
  INCLUSIVE: 'x2 - x1 + 1: the last pixel belongs to it, as VOC has it.',
});

export const FrocDuplicatesEnum = defineEnum(
  'FrocDuplicates',
  'What a second box on a lesion is in the FROC.',
  ['NEITHER_HIT_NOR_FALSE_POSITIVE', 'FALSE_POSITIVE'],
  {
    NEITHER_HIT_NOR_FALSE_POSITIVE: 'Nothing, as the public DeepLesion code counts; a box may hit several lesions.',
    FALSE_POSITIVE: 'A false positive, as COCO counts; a box takes one lesion.',
  },
);

export const MissReasonEnum = defineEnum('MissReason', 'Why a run did not find a lesion.', MISS_REASONS, {
  NO_BOX: 'None of its boxes touches the lesion.',
  TOO_FAR: 'A box touches it, and none overlaps it enough.',
  SCORE_TOO_LOW: 'A box overlaps it enough and is not among the topK best of its image.',
});

export const DiscordantSideEnum = defineEnum(
  'DiscordantSide',
  'Which of two runs found a lesion that the other did not.',
  ['BASELINE', 'OTHER'],
  { BASELINE: 'The baseline.', OTHER: 'The run that is held against it.' },
);

export const LesionAreaEnum = defineEnum('LesionArea', "COCO's sizes of a lesion's box.", LESION_AREAS, {
  ALL: 'Every lesion.',
  SMALL: 'Up to 32 × 32 square pixels.',
  MEDIUM: 'From there to 96 × 96 square pixels.',
  LARGE: 'From there on.',
});

export const NoisyLesionsEnum = defineEnum(
  'PossiblyNoisyLesions',
  'What an evaluation does with lesions flagged `possiblyNoisy`.',
  ['LEAVE_OUT', 'KEEP'],
  {
    LEAVE_OUT: 'They do not count, and an image with no others does not either, as in the public codes.',
    KEEP: 'They count like all others.',
  },
);

export const ReviewPolicyEnum = defineEnum(
  'ReviewPolicy',
  'What an evaluation does with the verdicts of radiologists.',
  ['IGNORE', 'INCLUDE'],
  {
    IGNORE: 'Annotated lesions alone are the truth.',
    INCLUDE: 'Lesions that reviews confirmed, on any run of the data set, count like annotated ones.',
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

export const EvaluationOrderFieldEnum = defineEnum(
  'EvaluationOrderField',
  'What evaluations can be ordered by.',
  EVALUATION_ORDER_FIELDS,
  { ID: BY_ID, CREATED_AT: 'Time of the evaluation.' },
);

export const UploadKindEnum = defineEnum(
  'UploadKind',
  'What an upload turned out to be, by its content.',
  UPLOAD_KINDS,
  {
    PNG: "One 16-bit PNG in DeepLesion's convention.",
    DICOM: 'One DICOM CT slice.',
    PNG_SERIES: 'A zip of such PNG slices.',
    DICOM_SERIES: 'A zip of the DICOM slices of one series.',
    MODEL: 'A zip of model.json and model.onnx, for registerDetector.',
  },
);
