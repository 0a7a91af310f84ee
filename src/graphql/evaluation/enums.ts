/** The enums of evaluations. */

import { BOX_MEASURES, COMPARATORS, MISS_REASONS, OVERLAP_CRITERIA } from '../../evaluation';
import {
  EVALUATION_ORDER_FIELDS,
  EVALUATION_PRESETS,
  FROC_DUPLICATES,
  LESION_AREAS,
  NOISY_LESIONS,
  REVIEW_POLICIES,
} from '../../results';
import { BY_ID, defineEnum } from '../core/enums';

export const FrocCriterionEnum = defineEnum(
  'OverlapCriterion',
  'How the overlap of a detection with a lesion is measured.',
  OVERLAP_CRITERIA,
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

export const ComparatorEnum = defineEnum('OverlapComparator', 'Whether an overlap at a threshold hits.', COMPARATORS, {
  GREATER: 'Only above the threshold.',
  GREATER_OR_EQUAL: 'At the threshold and above.',
});

export const BoxMeasureEnum = defineEnum('BoxMeasure', 'How wide a box is.', BOX_MEASURES, {
  CONTINUOUS: 'x2 - x1, as COCO has it.',
  INCLUSIVE: 'x2 - x1 + 1: the last pixel belongs to it, as VOC has it.',
});

export const FrocDuplicatesEnum = defineEnum(
  'FrocDuplicates',
  'What a second box on a lesion is in the FROC.',
  FROC_DUPLICATES,
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
export type DiscordantSide = keyof typeof DiscordantSideEnum;

export const LesionAreaEnum = defineEnum('LesionArea', "COCO's sizes of a lesion's box.", LESION_AREAS, {
  ALL: 'Every lesion.',
  SMALL: 'Up to 32 × 32 square pixels.',
  MEDIUM: 'From there to 96 × 96 square pixels.',
  LARGE: 'From there on.',
});

export const NoisyLesionsEnum = defineEnum(
  'PossiblyNoisyLesions',
  'What an evaluation does with lesions flagged `possiblyNoisy`.',
  NOISY_LESIONS,
  {
    LEAVE_OUT: 'They do not count, and an image with no others does not either, as in the public codes.',
    KEEP: 'They count like all others.',
  },
);

export const ReviewPolicyEnum = defineEnum(
  'ReviewPolicy',
  'What an evaluation does with the verdicts of radiologists.',
  REVIEW_POLICIES,
  {
    IGNORE: 'Annotated lesions alone are the truth.',
    INCLUDE: 'Lesions that reviews confirmed, on any run of the data set, count like annotated ones.',
  },
);

export const EvaluationOrderFieldEnum = defineEnum(
  'EvaluationOrderField',
  'What evaluations can be ordered by.',
  EVALUATION_ORDER_FIELDS,
  { ID: BY_ID, CREATED_AT: 'Time of the evaluation.' },
);
