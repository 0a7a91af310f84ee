import { Float, Int, ObjectType } from 'type-graphql';
import type { ErrorCost as CostRow } from '../../evaluation';
import {
  type AnalysisStratum as AnalysisStratumRow,
  type BackgroundVerdicts as BackgroundRow,
  type ClusterConfusion as ConfusionRow,
  describeStratum,
  type ErrorReport as ErrorReportRow,
  labelOfCircumstance,
  type OperatingPointReport,
  type OperatingReading,
} from '../../results';
import { Column, Property } from '../core/property';
import { ErrorKindEnum } from './enums';
import { Interval, intervalOf, OF_PATIENTS } from './interval';

@ObjectType({
  description:
    'What a detector does at one score threshold, in one stratum: all detections with at least the score count.',
})
export class OperatingCurvePoint {
  constructor(readonly row: OperatingReading) {}

  @Column(() => Float, 'Detections with at least this score count, 0 to 1. Null for the point without any detection.', {
    nullable: true,
  })
  declare readonly scoreThreshold: number | null;

  @Column(() => Int, 'Number of lesions that are hit.')
  declare readonly truePositives: number;

  @Column(() => Int, 'Number of false positives.')
  declare readonly falsePositives: number;

  @Column(() => Int, 'Number of lesions of the stratum.')
  declare readonly lesionCount: number;

  @Column(() => Int, 'Number of images that were evaluated.')
  declare readonly imageCount: number;

  @Column(() => Float, 'truePositives / lesionCount, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly sensitivity: number | null;

  @Column(() => Float, 'falsePositives / imageCount. Null if there are no images.', { nullable: true })
  declare readonly falsePositivesPerImage: number | null;

  @Column(() => Float, 'truePositives / (truePositives + falsePositives), 0 to 1. Null if both are 0.', {
    nullable: true,
  })
  declare readonly precision: number | null;

  @Column(() => Float, 'Harmonic mean of sensitivity and precision, 0 to 1. Null if either is null.', {
    nullable: true,
  })
  declare readonly f1: number | null;
}

@ObjectType({ description: 'An operating point with confidence intervals at its score threshold.' })
export class OperatingPoint extends OperatingCurvePoint {
  constructor(override readonly row: OperatingPointReport) {
    super(row);
  }

  @Property(() => Interval, `Interval of the sensitivity. ${OF_PATIENTS}`, { nullable: true })
  get sensitivityInterval(): Interval | null {
    return intervalOf(this.row.intervals.sensitivity);
  }

  @Property(() => Interval, `Interval of the false positives per image. ${OF_PATIENTS}`, { nullable: true })
  get falsePositivesPerImageInterval(): Interval | null {
    return intervalOf(this.row.intervals.falsePositivesPerImage);
  }

  @Property(() => Interval, `Interval of the precision. ${OF_PATIENTS}`, { nullable: true })
  get precisionInterval(): Interval | null {
    return intervalOf(this.row.intervals.precision);
  }

  @Property(() => Interval, `Interval of F1. ${OF_PATIENTS}`, { nullable: true })
  get f1Interval(): Interval | null {
    return intervalOf(this.row.intervals.f1);
  }
}

@ObjectType({
  description:
    'One kind of error, how often it occurs, and what mending all errors of the kind and no others would add, as TIDE ' +
    'measures it (Bolya et al. 2020). What the kinds cost does not add up.',
})
export class ErrorCost {
  constructor(
    readonly row: CostRow,
    private readonly total: number,
  ) {}

  @Column(() => ErrorKindEnum, 'The kind.')
  declare readonly kind: CostRow['kind'];

  @Column(() => Int, 'Number of errors of the kind: lesions for MISSED, detections for the others.')
  declare readonly count: number;

  @Property(() => Float, 'Fraction of all errors that are of the kind, 0 to 1. Null if there are none.', {
    nullable: true,
  })
  get share(): number | null {
    return this.total === 0 ? null : this.row.count / this.total;
  }

  @Property(() => Interval, `Interval of the count. ${OF_PATIENTS}`, { nullable: true })
  get countInterval(): Interval | null {
    return intervalOf(this.row.countInterval);
  }

  @Property(() => Float, 'What mending adds to the average precision, 0 to 1. Null if there are no lesions.', {
    nullable: true,
  })
  get deltaAveragePrecision(): number | null {
    return this.row.averagePrecision;
  }

  @Property(() => Interval, `Interval of deltaAveragePrecision. ${OF_PATIENTS}`, { nullable: true })
  get deltaAveragePrecisionInterval(): Interval | null {
    return intervalOf(this.row.averagePrecisionInterval);
  }

  @Property(
    () => Float,
    'What mending adds to the sensitivity at falsePositivesPerImage, 0 to 1. Null if there are no lesions.',
    { nullable: true },
  )
  get deltaSensitivity(): number | null {
    return this.row.sensitivity;
  }

  @Property(() => Interval, `Interval of deltaSensitivity. ${OF_PATIENTS}`, { nullable: true })
  get deltaSensitivityInterval(): Interval | null {
    return intervalOf(this.row.sensitivityInterval);
  }
}

@ObjectType({
  description:
    'The detections of the kind BACKGROUND by what radiologists say of them now: not every lesion of the data set was ' +
    'annotated.',
})
export class BackgroundVerdicts {
  constructor(readonly row: BackgroundRow) {}

  @Property(() => Int, 'Number that the majority of the current verdicts calls a lesion: CONFIRMED_LESION.')
  get confirmedLesions(): number {
    return this.row.confirmedLesions.count;
  }

  @Property(() => Interval, `Interval of confirmedLesions. ${OF_PATIENTS}`, { nullable: true })
  get confirmedLesionsInterval(): Interval | null {
    return intervalOf(this.row.confirmedLesions.interval);
  }

  @Property(() => Int, 'Number that the majority of the current verdicts calls no lesion: CONFIRMED_FALSE.')
  get confirmedFalse(): number {
    return this.row.confirmedFalse.count;
  }

  @Property(() => Interval, `Interval of confirmedFalse. ${OF_PATIENTS}`, { nullable: true })
  get confirmedFalseInterval(): Interval | null {
    return intervalOf(this.row.confirmedFalse.interval);
  }

  @Property(() => Int, 'Number without a verdict, or with verdicts that are undecided: UNREVIEWED.')
  get unreviewed(): number {
    return this.row.unreviewed.count;
  }

  @Property(() => Interval, `Interval of unreviewed. ${OF_PATIENTS}`, { nullable: true })
  get unreviewedInterval(): Interval | null {
    return intervalOf(this.row.unreviewed.interval);
  }
}

type ConfusionRowRow = ConfusionRow['rows'][number];

@ObjectType({ description: 'How many detections say one pseudo-cluster.' })
export class ClusterConfusionCell {
  constructor(readonly row: ConfusionRowRow['cells'][number]) {}

  @Column(() => Int, 'Index of the pseudo-cluster that the detections say, starting at 1; 0 for none.')
  declare readonly clusterIndex: number;

  @Column(() => Int, 'Number of detections.')
  declare readonly count: number;
}

@ObjectType({ description: 'The lesions of one pseudo-cluster, or the detections that hit no lesion.' })
export class ClusterConfusionRow {
  constructor(readonly row: ConfusionRowRow) {}

  @Column(
    () => Int,
    'Index of the pseudo-cluster of the lesions, starting at 1; 0 for lesions in none. Null for the row of the ' +
      'detections that hit no lesion.',
    { nullable: true },
  )
  declare readonly clusterIndex: number | null;

  @Column(() => Int, 'Number of lesions that no detection hits.')
  declare readonly missed: number;

  @Property(() => [ClusterConfusionCell], 'The detections by what they say, in ascending order of the index.')
  get cells(): ClusterConfusionCell[] {
    return this.row.cells.map((cell) => new ClusterConfusionCell(cell));
  }
}

@ObjectType({
  description:
    'Which pseudo-clusters a multi-class detector takes for which: detections and lesions are matched by their places ' +
    'alone, whatever the classes.',
})
export class ClusterConfusion {
  constructor(readonly row: ConfusionRow) {}

  @Property(() => [ClusterConfusionRow], 'Pseudo-clusters of the lesions in ascending order, then the row without one.')
  get rows(): ClusterConfusionRow[] {
    return this.row.rows.map((row) => new ClusterConfusionRow(row));
  }
}

@ObjectType({
  description:
    'Why a detector fails: each error has one kind, and each kind its cost. Hits are those of the stored average ' +
    'precision: a box takes one lesion, and at most 100 detections per image count.',
})
export class ErrorReport {
  constructor(readonly row: ErrorReportRow) {}

  @Column(() => Float, 'IoU threshold of a hit, 0 to 1.')
  declare readonly iouThreshold: number;

  @Column(() => Float, 'IoU below which a detection is background, 0 to 1.')
  declare readonly backgroundIou: number;

  @Column(() => Float, 'Detections below this score were ignored, 0 to 1. Null if none were.', { nullable: true })
  declare readonly scoreAtLeast: number | null;

  @Column(() => Float, 'False positives per image at which the sensitivity is read.')
  declare readonly falsePositivesPerImage: number;

  @Column(() => Int, 'Number of lesions.')
  declare readonly lesionCount: number;

  @Column(() => Int, 'Number of detections that count.')
  declare readonly detectionCount: number;

  @Column(() => Int, 'Number of detections that hit a lesion.')
  declare readonly hitCount: number;

  @Column(() => Float, 'Average precision at iouThreshold, 0 to 1. Null if there are no lesions.', { nullable: true })
  declare readonly averagePrecision: number | null;

  @Column(() => Float, 'Sensitivity at falsePositivesPerImage, 0 to 1. Null if there are no lesions.', {
    nullable: true,
  })
  declare readonly sensitivity: number | null;

  @Property(() => [ErrorCost], 'The kinds of errors.')
  get kinds(): ErrorCost[] {
    const total = this.row.kinds.reduce((sum, { count }) => sum + count, 0);
    return this.row.kinds.map((kind) => new ErrorCost(kind, total));
  }

  @Column(() => String, 'Name of the stratum whose lesions are looked for.')
  declare readonly stratum: string;

  @Property(() => ClusterConfusion, 'Which pseudo-clusters are taken for which. Null if classes are ignored.', {
    nullable: true,
  })
  get confusion(): ClusterConfusion | null {
    return this.row.confusion && new ClusterConfusion(this.row.confusion);
  }

  @Property(() => BackgroundVerdicts, 'The errors of the kind BACKGROUND by their verdicts.')
  get background(): BackgroundVerdicts {
    return new BackgroundVerdicts(this.row.background);
  }
}

@ObjectType({ description: 'A subset of the lesions that an evaluation can be taken apart by.' })
export class AnalysisStratum {
  constructor(readonly row: AnalysisStratumRow) {}

  @Column(() => String, 'Name of the stratum, as the arguments `stratum` take it.')
  declare readonly name: string;

  @Property(() => String, 'Its name in plain English.')
  get label(): string {
    return labelOfCircumstance(this.row.name) ?? describeStratum(this.row.name).label;
  }

  @Column(() => Int, 'Number of lesions in it.')
  declare readonly lesionCount: number;
}
