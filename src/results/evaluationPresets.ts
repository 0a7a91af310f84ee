import type { BoxMeasure, Comparator, OverlapCriterion } from '../evaluation';

export const EVALUATION_PRESETS = ['PAPER', 'COCO', 'DEEPLESION_FROC'] as const;
/** A convention by which others publish metrics. */
export type EvaluationPreset = (typeof EVALUATION_PRESETS)[number];

/** What a second box on a hit lesion is in the FROC. */
export const FROC_DUPLICATES = ['NEITHER_HIT_NOR_FALSE_POSITIVE', 'FALSE_POSITIVE'] as const;
export type FrocDuplicates = (typeof FROC_DUPLICATES)[number];

/** The treatment of lesions that are flagged as possibly noisy. */
export const NOISY_LESIONS = ['LEAVE_OUT', 'KEEP'] as const;
export type NoisyLesions = (typeof NOISY_LESIONS)[number];

/** The treatment of lesions that reviews confirmed. */
export const REVIEW_POLICIES = ['IGNORE', 'INCLUDE'] as const;
export type ReviewPolicy = (typeof REVIEW_POLICIES)[number];

/** What makes a hit. */
export interface MatchingRules {
  accuracy: {
    criterion: OverlapCriterion;
    comparator: Comparator;
    boxMeasure: BoxMeasure;
    duplicates: 'LESION_COUNTS_ONCE';
  };
  froc: {
    criterion: OverlapCriterion;
    comparator: Comparator;
    boxMeasure: BoxMeasure;
    /** a second box on a hit lesion */
    duplicates: FrocDuplicates;
  };
  /** values of k that are evaluated in addition to 1, 5 and the run's own */
  topK: number[];
}

const DEEPLESION: MatchingRules['froc'] = {
  criterion: 'IOU',
  comparator: 'GREATER_OR_EQUAL',
  boxMeasure: 'INCLUSIVE',
  duplicates: 'NEITHER_HIT_NOR_FALSE_POSITIVE',
};
const once = { criterion: 'IOU', duplicates: 'LESION_COUNTS_ONCE' } as const;

const RULES: Record<EvaluationPreset, MatchingRules> = {
  // Yan et al. 2017 for the accuracy; the paper has no FROC, and the authors' later code has this one.
  PAPER: { accuracy: { ...once, comparator: 'GREATER', boxMeasure: 'CONTINUOUS' }, froc: DEEPLESION, topK: [] },
  // pycocotools: at the threshold is a hit, widths without the last pixel, at most 100 boxes, one lesion a box.
  COCO: {
    accuracy: { ...once, comparator: 'GREATER_OR_EQUAL', boxMeasure: 'CONTINUOUS' },
    froc: { criterion: 'IOU', comparator: 'GREATER_OR_EQUAL', boxMeasure: 'CONTINUOUS', duplicates: 'FALSE_POSITIVE' },
    topK: [100],
  },
  // The evaluation codes published with DeepLesion: the last pixel belongs to the box, in the accuracy too.
  DEEPLESION_FROC: {
    accuracy: { ...once, comparator: 'GREATER_OR_EQUAL', boxMeasure: 'INCLUSIVE' },
    froc: DEEPLESION,
    topK: [],
  },
};

/** @returns the rules of a convention; single ones may be overridden */
export function presetRules(preset: EvaluationPreset): MatchingRules {
  return RULES[preset];
}
