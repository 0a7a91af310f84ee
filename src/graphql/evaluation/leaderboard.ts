import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import type { Split } from '../../dataset';
import { BadUserInput } from '../../errors';
import {
  BOARD_METRICS,
  BOARD_STANDINGS,
  type BoardEntry,
  type BoardMetric,
  type BoardMetricKind,
  type BoardReport,
  type BoardStanding,
  type EvaluationPreset,
  MAX_BOARD_ENTRIES,
  MEAN_RATES,
} from '../../results';
import { defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';
import { SplitEnum } from '../dataset/enums';
import { EvaluationPresetEnum } from './enums';

declareList('Leaderboard.entries', {
  most: MAX_BOARD_ENTRIES,
  usual: 20,
  because: 'A board has the detectors with the latest runs (results/boardRuns.ts).',
});

const LeaderboardMetricEnum = defineEnum('LeaderboardMetricKind', 'What a board is sorted by.', BOARD_METRICS, {
  ACCURACY: 'Share of lesions that one of the `topK` detections of their image hits.',
  FROC_SENSITIVITY: 'Sensitivity at a rate of false positives per image, or its mean over 0.5, 1, 2, 4, 8 and 16.',
  AVERAGE_PRECISION: 'Average precision over 101 recalls, as COCO has it.',
});

const LeaderboardStandingEnum = defineEnum(
  'LeaderboardStanding',
  'Whether an entry of a board is ranked.',
  BOARD_STANDINGS,
  {
    RANKED: 'It is compared with all other ranked entries.',
    INCOMPLETE: 'It has no result for some images of the board, so that it is not measured.',
    SAW_TEST_PATIENTS: 'It declares that it was trained on the patients of the board: it is measured, and not ranked.',
  },
);

@InputType({ description: 'What a board is sorted by.' })
export class LeaderboardMetricInput {
  @Field(() => LeaderboardMetricEnum, { defaultValue: 'ACCURACY', description: 'Which metric.' })
  kind!: BoardMetricKind;

  @Field(() => Float, {
    defaultValue: 0.5,
    description: 'Overlap threshold of a hit, any above 0 and below 1 with at most three decimals.',
  })
  iouThreshold!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'With ACCURACY: number of top-scoring detections per image that count (top-k), 1 to 1000; 5 if omitted.',
  })
  topK?: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'With FROC_SENSITIVITY: the rate, above 0 and at most 1000; the mean over 0.5, 1, 2, 4, 8 and 16 if omitted.',
  })
  falsePositivesPerImage?: number | null;
}

/** @throws BadUserInput for an argument that the metric does not have */
export function toBoardMetric(input: LeaderboardMetricInput): BoardMetric {
  const { kind, iouThreshold, topK, falsePositivesPerImage } = input;
  if (topK != null && kind !== 'ACCURACY')
    throw new BadUserInput(`Expected topK only with ACCURACY, got it with ${kind}.`, 'metric');
  if (falsePositivesPerImage != null && kind !== 'FROC_SENSITIVITY')
    throw new BadUserInput(
      `Expected falsePositivesPerImage only with FROC_SENSITIVITY, got it with ${kind}.`,
      'metric',
    );
  if (kind === 'ACCURACY') return { kind, iouThreshold, topK: topK ?? 5 };
  if (kind === 'AVERAGE_PRECISION') return { kind, iouThreshold };
  return {
    kind,
    iouThreshold,
    falsePositivesPerImage: falsePositivesPerImage == null ? MEAN_RATES : [falsePositivesPerImage],
  };
}

const UNRANKED = 'Null unless it is ranked.';

@ObjectType({ description: 'A detector on a board, by one of its runs.' })
export class LeaderboardEntry {
  constructor(
    readonly row: BoardEntry,
    private readonly imageCount: number,
  ) {}

  @Column(() => LeaderboardStandingEnum, 'Whether it is ranked.')
  declare readonly standing: BoardStanding;

  @Property(() => Int, `1 plus the number of entries in better groups. ${UNRANKED}`, { nullable: true })
  get rank(): number | null {
    return this.row.place?.rank ?? null;
  }

  @Property(
    () => Int,
    `Lower end of the 95 % interval of its rank: 1 plus the number of entries that are told apart from it and better. ${UNRANKED}`,
    { nullable: true },
  )
  get rankLow(): number | null {
    return this.row.place?.rankLow ?? null;
  }

  @Property(
    () => Int,
    `Upper end: the number of ranked entries less those that are told apart from it and worse. ${UNRANKED}`,
    { nullable: true },
  )
  get rankHigh(): number | null {
    return this.row.place?.rankHigh ?? null;
  }

  @Property(
    () => Int,
    'Number of its group, from 1. Entries of one group cannot be told apart: by falling value, an entry begins a new group if ' +
      `it is told apart from any entry of the group before it. ${UNRANKED}`,
    { nullable: true },
  )
  get group(): number | null {
    return this.row.place?.group ?? null;
  }

  @Property(() => Boolean, `Whether it cannot be told apart from the entry with the greatest value. ${UNRANKED}`, {
    nullable: true,
  })
  get tiedWithBest(): boolean | null {
    return this.row.place?.tiedWithBest ?? null;
  }

  @Column(
    () => Float,
    'The metric, 0 to 1; rounded to three decimals if the ground truth is hidden. Null if images are missing.',
    {
      nullable: true,
    },
  )
  declare readonly value: number | null;

  @Column(() => Float, 'Lower bound of the 95 % confidence interval of the value, by a bootstrap over patients.', {
    nullable: true,
  })
  declare readonly ciLow: number | null;

  @Column(() => Float, 'Upper bound of that interval.', { nullable: true })
  declare readonly ciHigh: number | null;

  @Property(() => Float, 'Share of the images of the board that it has results for, 0 to 1; below 1 it is not ranked.')
  get coverage(): number {
    return this.imageCount === 0 ? 0 : this.row.imagesCompleted / this.imageCount;
  }

  @Property(() => Int, 'Number of images of the board that it has no result for.')
  get imagesMissing(): number {
    return this.imageCount - this.row.imagesCompleted;
  }

  @Column(() => Boolean, 'Whether this server computed the detections by a model of its own; false for submitted ones.')
  declare readonly verified: boolean;

  @Property(
    () => Boolean,
    'Whether the detector was trained on the patients of the board, as it declares. Null if it is not known.',
    { nullable: true },
  )
  get sawTestPatients(): boolean | null {
    return this.row.sawPatients;
  }

  @Property(() => String, 'How that is known, as a sentence.')
  get sawTestPatientsBecause(): string {
    return this.row.because;
  }

  @Column(() => Int, 'Number of runs of its owner over this hidden split. Null for a split that is not hidden.', {
    nullable: true,
  })
  declare readonly tries: number | null;

  @Property(() => GraphQLDateTime, 'Time at which its run finished (UTC).', { nullable: true })
  get submittedAt(): Date | null {
    return this.row.finishedAt;
  }
}

/** What a board was asked for. */
interface AskedBoard {
  split: Split;
  protocol: EvaluationPreset;
  metric: BoardMetric;
  stratum: string;
  isHidden: boolean;
}

@ObjectType({
  description:
    'The detectors of a data set version on one split, all measured on the same images and resampled together. The latest run ' +
    'of a detector that has results for all images stands for it, of its latest ten. Possibly noisy lesions do not count, and ' +
    'reviews are ignored.',
})
export class Leaderboard {
  constructor(
    readonly row: BoardReport,
    private readonly asked: AskedBoard,
  ) {
    this.entries = row.entries.map((entry) => new LeaderboardEntry(entry, row.imageCount));
  }

  @Property(() => [LeaderboardEntry], 'Ranked ones by rank and value, then those that stand apart.')
  readonly entries: LeaderboardEntry[];

  @Property(() => SplitEnum, 'The split.')
  get split(): Split {
    return this.asked.split;
  }

  @Property(() => EvaluationPresetEnum, 'The convention of a hit.')
  get protocol(): EvaluationPreset {
    return this.asked.protocol;
  }

  @Property(() => String, 'The metric, as text.')
  get metric(): string {
    return metricText(this.asked.metric);
  }

  @Property(() => String, 'The lesions that count.')
  get stratum(): string {
    return this.asked.stratum;
  }

  @Column(
    () => Float,
    'The least difference that this test set resolves: any two ranked entries that differ by more are told apart, some by ' +
      'less. Null if no two entries differ, or if fewer than six patients have lesions that count.',
    { nullable: true },
  )
  declare readonly resolvableDifference: number | null;

  @Property(() => Float, 'The same as `resolvableDifference`.', { nullable: true })
  get resolution(): number | null {
    return this.row.resolvableDifference;
  }

  @Column(() => Int, 'Number of images that an entry has to have results for.')
  declare readonly imageCount: number;

  @Column(
    () => Int,
    'Number of images of the split that no detector can run here, because their pixel files are missing.',
  )
  declare readonly imagesWithoutPixels: number;

  @Column(() => Int, 'Number of lesions that count. Null if the ground truth is hidden from you.', { nullable: true })
  declare readonly lesionCount: number | null;

  @Column(() => Int, 'Number of patients with such lesions. Null if the ground truth is hidden from you.', {
    nullable: true,
  })
  declare readonly patientCount: number | null;

  @Column(() => Int, 'Number of joint draws of patients.')
  declare readonly resamples: number;

  @Property(() => Boolean, 'Whether the ground truth of the split is hidden.')
  get isHidden(): boolean {
    return this.asked.isHidden;
  }
}

function metricText(metric: BoardMetric): string {
  const at = `at IoU ${metric.iouThreshold}`;
  if (metric.kind === 'ACCURACY') return `Accuracy ${at}, top ${metric.topK}`;
  if (metric.kind === 'AVERAGE_PRECISION') return `Average precision ${at}`;
  const [rate, ...more] = metric.falsePositivesPerImage;
  return more.length > 0
    ? `Mean sensitivity ${at} over 0.5 to 16 false positives per image`
    : `Sensitivity ${at} and ${rate} false positives per image`;
}
