/** The enums of evaluations. */

import { BOX_MEASURES, COMPARATORS, ERROR_KINDS, MISS_REASONS, OVERLAP_CRITERIA } from '../../evaluation';
import {
  EVALUATION_ORDER_FIELDS,
  EVALUATION_PRESETS,
  FROC_DUPLICATES,
  LESION_AREAS,
  METRIC_KINDS,
  NOISY_LESIONS,
  REVIEW_POLICIES,
  STRATUM_KINDS,
} from '../../results';
import { BY_ID, defineEnum } from '../core/enums';

export const FrocCriterionEnum = defineEnum(
  'OverlapCriterion',
  'Measure of the overlap of a detection with a lesion.',
  OVERLAP_CRITERIA,
  {
    IOU: 'Intersection over union.',
    IOBB: 'Intersection over the area of the detection box.',
    IOGT: 'Intersection over the area of the ground-truth box.',
    IOBBGT: 'The larger of IOBB and IOGT.',
  },
);

export const EvaluationPresetEnum = defineEnum(
  'EvaluationPreset',
  'A published evaluation convention: the rules for a hit.',
  EVALUATION_PRESETS,
  {
    PAPER:
      'Accuracy as in Yan et al. 2017: IoU above the threshold, continuous box widths. FROC as in the ' +
      'public DeepLesion code.',
    COCO:
      'As in pycocotools: IoU at or above the threshold, continuous box widths, one lesion per box, a ' +
      'second box on a lesion is a false positive.',
    DEEPLESION_FROC:
      'As in the public DeepLesion code: IoU at or above the threshold, inclusive box widths, a second ' +
      'box on a lesion is neither a hit nor a false positive.',
  },
);

export const ComparatorEnum = defineEnum(
  'OverlapComparator',
  'Whether an overlap equal to the threshold is a hit.',
  COMPARATORS,
  {
    GREATER: 'Only an overlap above the threshold is a hit.',
    GREATER_OR_EQUAL: 'An overlap at or above the threshold is a hit.',
  },
);

export const BoxMeasureEnum = defineEnum('BoxMeasure', 'Whether box width is x2 − x1 or x2 − x1 + 1.', BOX_MEASURES, {
  CONTINUOUS: 'x2 − x1, as in COCO.',
  INCLUSIVE: 'x2 − x1 + 1, as in PASCAL VOC: the last pixel belongs to the box.',
});

export const FrocDuplicatesEnum = defineEnum(
  'FrocDuplicates',
  'How the FROC counts a second box on a lesion.',
  FROC_DUPLICATES,
  {
    NEITHER_HIT_NOR_FALSE_POSITIVE:
      'It is not counted, as in the public DeepLesion code; a box may hit several lesions.',
    FALSE_POSITIVE: 'It is a false positive, as in COCO; a box matches at most one lesion.',
  },
);

export const MissReasonEnum = defineEnum('MissReason', 'The reason why a run did not find a lesion.', MISS_REASONS, {
  NO_BOX: 'No box overlaps the lesion.',
  TOO_FAR: 'Boxes overlap the lesion, but none reaches the threshold.',
  SCORE_TOO_LOW: 'A box reaches the threshold, but it is not among the top-k detections of its image.',
});

export const DiscordantSideEnum = defineEnum(
  'DiscordantSide',
  'Which of two runs found a lesion that the other did not find.',
  ['BASELINE', 'OTHER'],
  { BASELINE: 'The baseline.', OTHER: 'The run that is compared with the baseline.' },
);
export type DiscordantSide = keyof typeof DiscordantSideEnum;

export const LesionAreaEnum = defineEnum(
  'LesionArea',
  "COCO's size classes, by the area of the lesion's box.",
  LESION_AREAS,
  {
    ALL: 'Every lesion.',
    SMALL: 'Area up to 32 × 32 square pixels.',
    MEDIUM: 'Area from 32 × 32 to 96 × 96 square pixels.',
    LARGE: 'Area from 96 × 96 square pixels.',
  },
);

export const NoisyLesionsEnum = defineEnum(
  'PossiblyNoisyLesions',
  'How an evaluation treats lesions with the flag `possiblyNoisy`.',
  NOISY_LESIONS,
  {
    LEAVE_OUT: 'They are excluded, and so is an image without other lesions, as in the public codes.',
    KEEP: 'They count like all other lesions.',
  },
);

export const ReviewPolicyEnum = defineEnum(
  'ReviewPolicy',
  'How an evaluation treats the verdicts of radiologists.',
  REVIEW_POLICIES,
  {
    IGNORE: 'Only annotated lesions are ground truth.',
    INCLUDE: 'Lesions confirmed by reviews, on any run of the data set, count as ground truth like annotated lesions.',
  },
);

export const StratumKindEnum = defineEnum(
  'StratumKind',
  'What the lesions of a stratum have in common.',
  STRATUM_KINDS,
  {
    ALL: 'All evaluated lesions.',
    COARSE_TYPE: 'Their coarse type.',
    SIZE: 'The band of their long diameter: under 10 mm, 10 to 30 mm, over 30 mm.',
    PSEUDO_CLUSTER: 'Their pseudo-cluster in the categorization of the protocol.',
    OWN: 'They fit the filter of a stratum that the request for the evaluation or the run named.',
  },
);

export const EvaluationOrderFieldEnum = defineEnum(
  'EvaluationOrderField',
  'Fields by which evaluations can be ordered.',
  EVALUATION_ORDER_FIELDS,
  { ID: BY_ID, CREATED_AT: 'Time of the evaluation.' },
);

export const MetricKindEnum = defineEnum(
  'ComparedMetricKind',
  'A metric by which evaluations are compared.',
  METRIC_KINDS,
  {
    ACCURACY: 'The fraction of lesions that are hit by one of the top-k detections of their image.',
    SENSITIVITY: 'The fraction of lesions that are hit at a rate of false positives per image, as in the FROC.',
    AVERAGE_PRECISION: 'Average precision as in COCO, ignoring classes.',
  },
);

export const ErrorKindEnum = defineEnum('ErrorKind', 'Why a detection or a lesion counts as an error.', ERROR_KINDS, {
  CLASSIFICATION: 'The box would hit, if it were of the class of the lesion. Does not occur where classes are ignored.',
  LOCALIZATION: 'The box overlaps a lesion, and less than the threshold.',
  BOTH: 'The box overlaps a lesion of another class, and less than the threshold. Does not occur where classes are ignored.',
  DUPLICATE: 'Detections with higher scores have taken the lesions that the box overlaps enough.',
  BACKGROUND: 'The box overlaps no lesion, or hardly any.',
  MISSED: 'No detection hits the lesion, and none would do so at another place or with another class.',
});
