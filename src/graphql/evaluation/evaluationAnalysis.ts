import { Float, Int, ObjectType } from 'type-graphql';
import type { ErrorCost as CostRow } from '../../evaluation';
import type {
  BackgroundVerdicts as BackgroundRow,
  ErrorReport as ErrorReportRow,
  OperatingPointReport,
  OperatingReading,
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

  @Column(() => Int, 'Number that the majority of the current verdicts calls a lesion.')
  declare readonly confirmedLesions: number;

  @Column(() => Int, 'Number that the majority of the current verdicts calls no lesion.')
  declare readonly confirmedFalse: number;

  @Column(() => Int, 'Number without a verdict, or with verdicts that are undecided.')
  declare readonly unreviewed: number;
}

@ObjectType({
  description:
    'Why a detector fails: each error has one kind, and each kind its cost. Hits are those of the stored average ' +
    'precision: classes are ignored, a box takes one lesion, and at most 100 detections per image count.',
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

  @Property(() => BackgroundVerdicts, 'The errors of the kind BACKGROUND by their verdicts.')
  get background(): BackgroundVerdicts {
    return new BackgroundVerdicts(this.row.background);
  }
}
