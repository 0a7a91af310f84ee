import { Float, Int, ObjectType } from 'type-graphql';
import type {
  AccuracyPoint as AccuracyRow,
  FrocPoint as FrocRow,
  PrecisionRecallPoint as PrecisionRecallRow,
} from '../../results';
import { Property } from '../core/property';

@ObjectType({
  description:
    'One point of an accuracy curve (Yan et al. 2017): the share of lesions that one of the topK best boxes of their image hits, class ignored, at IoU > iouThreshold.',
})
export class AccuracyPoint {
  constructor(private readonly row: AccuracyRow) {}

  @Property(() => Float, 'IoU that a box has to exceed, 0 to 1.')
  get iouThreshold(): number {
    return this.row.iouThreshold;
  }

  @Property(() => Float, 'correct / total, 0 to 1. Null without lesions.', { nullable: true })
  get accuracy(): number | null {
    return this.row.accuracy;
  }

  @Property(() => Int, 'Lesions that were hit.')
  get correct(): number {
    return this.row.correct;
  }

  @Property(() => Int, 'Lesions of the stratum.')
  get total(): number {
    return this.row.total;
  }

  @Property(() => Float, 'Lower end of the 95 % interval, by a bootstrap over patients. Null below two patients.', {
    nullable: true,
  })
  get ciLow(): number | null {
    return this.row.ciLow;
  }

  @Property(() => Float, 'Upper end of the 95 % interval, by a bootstrap over patients. Null below two patients.', {
    nullable: true,
  })
  get ciHigh(): number | null {
    return this.row.ciHigh;
  }

  @Property(() => Int, 'How many of the best boxes of an image count.')
  get topK(): number {
    return this.row.topK;
  }

  @Property(() => String, 'The stratum.')
  get stratum(): string {
    return this.row.stratum;
  }
}

@ObjectType({
  description: 'One reading of a FROC: sensitivity at a rate of false positives, as the public DeepLesion code counts.',
})
export class FrocPoint {
  constructor(private readonly row: FrocRow) {}

  @Property(() => Float, 'False positives per image.')
  get falsePositivesPerImage(): number {
    return this.row.falsePositivesPerImage;
  }

  @Property(() => Float, 'Share of lesions that are hit, 0 to 1. Null without lesions.', { nullable: true })
  get sensitivity(): number | null {
    return this.row.sensitivity;
  }

  @Property(() => Int, 'Lesions that are hit.')
  get truePositives(): number {
    return this.row.truePositives;
  }

  @Property(() => Int, 'Lesions of the stratum.')
  get total(): number {
    return this.row.total;
  }

  @Property(
    () => Float,
    "Lower end of the 95 % interval, by a bootstrap over patients. Null at rates that are none of the protocol's, and below two patients.",
    { nullable: true },
  )
  get ciLow(): number | null {
    return this.row.ciLow;
  }

  @Property(
    () => Float,
    "Upper end of the 95 % interval, by a bootstrap over patients. Null at rates that are none of the protocol's, and below two patients.",
    { nullable: true },
  )
  get ciHigh(): number | null {
    return this.row.ciHigh;
  }

  @Property(() => Float, 'Boxes from this score on count. Null before the first box.', { nullable: true })
  get scoreThreshold(): number | null {
    return this.row.scoreThreshold;
  }

  @Property(() => Boolean, 'Whether there are that many false positives; if not, the sensitivity is that of all boxes.')
  get reachedFalsePositivesPerImage(): boolean {
    return this.row.reachedFalsePositivesPerImage;
  }
}

@ObjectType({ description: 'One point of a precision-recall curve, interpolated like COCO.' })
export class PrecisionRecallPoint {
  constructor(private readonly row: PrecisionRecallRow) {}

  @Property(() => Float, 'Share of lesions that are found, 0 to 1.')
  get recall(): number {
    return this.row.recall;
  }

  @Property(() => Float, 'Best precision at this recall or a higher one, 0 to 1; 0 beyond the greatest recall.')
  get precision(): number {
    return this.row.precision;
  }

  @Property(() => Float, 'Boxes from this score on count. Null beyond the greatest recall.', { nullable: true })
  get scoreThreshold(): number | null {
    return this.row.scoreThreshold;
  }
}
