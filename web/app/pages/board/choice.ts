import type { EvaluationPreset, LeaderboardMetricInput, Split } from '../../data/schemaTypes.generated';
import { numberOf, oneOf, type Search } from '../../data/url';

const METRICS = ['accuracy', 'froc', 'ap'] as const;
const PRESETS = { paper: 'PAPER', coco: 'COCO', froc: 'DEEPLESION_FROC' } as const;
const SPLITS = ['test', 'validation', 'train'] as const;

/** What the address says of a board. */
export interface Choice {
  readonly metric: (typeof METRICS)[number];
  readonly protocol: EvaluationPreset;
  readonly split: Split;
  readonly stratum: string;
  readonly iouThreshold: number;
  readonly topK: number;
  /** null: the mean over the usual rates */
  readonly rate: number | null;
}

/** @param search `m`, `p`, `split`, `s`, `iou`, `k` and `fp`; without them accuracy at IoU 0.5 on the test split */
export function choiceOf(search: Search): Choice {
  const word = oneOf(search.split, SPLITS, 'test');
  const split = ({ test: 'TEST', validation: 'VALIDATION', train: 'TRAIN' } as const)[word];
  const rate = numberOf(search.fp, 0, 0, 1000);
  return {
    metric: oneOf(search.m, METRICS, 'accuracy'),
    protocol: PRESETS[oneOf(search.p, ['paper', 'coco', 'froc'] as const, 'paper')],
    split,
    stratum: search.s ?? 'ALL',
    iouThreshold: numberOf(search.iou, 0.5, 0.05, 0.95),
    topK: Math.round(numberOf(search.k, 5, 1, 1000)),
    rate: rate > 0 ? rate : null,
  };
}

/** The metric as the graph takes it. */
export function metricOf({ metric, iouThreshold, topK, rate }: Choice): LeaderboardMetricInput {
  if (metric === 'accuracy') return { kind: 'ACCURACY', iouThreshold, topK };
  if (metric === 'ap') return { kind: 'AVERAGE_PRECISION', iouThreshold };
  return { kind: 'FROC_SENSITIVITY', iouThreshold, falsePositivesPerImage: rate };
}
