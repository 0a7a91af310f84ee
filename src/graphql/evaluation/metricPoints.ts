import { Float, Int, ObjectType } from 'type-graphql';
import type {
  AccuracyPoint as AccuracyRow,
  FrocPoint as FrocRow,
  PrecisionRecallPoint as PrecisionRecallRow,
} from '../../results';
import { Column } from '../core/property';

@ObjectType({
  description:
    'One point of an accuracy curve (Yan et al. 2017): the share of lesions that one of the topK best boxes of their image hits, class ignored, at IoU > iouThreshold.',
})
export class AccuracyPoint {
  constructor(readonly row: AccuracyRow) {}

  @Column(() => Float, 'IoU that a box has to exceed, 0 to 1.')
  declare readonly iouThreshold: number;

  @Column(() => Float, 'correct / total, 0 to 1. Null without lesions.', { nullable: true })
  declare readonly accuracy: number | null;

  @Column(() => Int, 'Lesions that were hit.')
  declare readonly correct: number;

  @Column(() => Int, 'Lesions of the stratum.')
  declare readonly total: number;

  @Column(() => Float, 'Lower end of the 95 % interval, by a bootstrap over patients. Null below two patients.', {
    nullable: true,
  })
  declare readonly ciLow: number | null;

  @Column(() => Float, 'Upper end of the 95 % interval, by a bootstrap over patients. Null below two patients.', {
    nullable: true,
  })
  declare readonly ciHigh: number | null;

  @Column(() => Int, 'How many of the best boxes of an image count.')
  declare readonly topK: number;

  @Column(() => String, 'The stratum.')
  declare readonly stratum: string;
}

@ObjectType({
  description: 'One reading of a FROC: sensitivity at a rate of false positives, as the public DeepLesion code counts.',
})
export class FrocPoint {
  constructor(readonly row: FrocRow) {}

  @Column(() => Float, 'False positives per image.')
  declare readonly falsePositivesPerImage: number;

  @Column(() => Float, 'Share of lesions that are hit, 0 to 1. Null without lesions.', { nullable: true })
  declare readonly sensitivity: number | null;

  @Column(() => Int, 'Lesions that are hit.')
  declare readonly truePositives: number;

  @Column(() => Int, 'Lesions of the stratum.')
  declare readonly total: number;

  @Column(
    () => Float,
    "Lower end of the 95 % interval, by a bootstrap over patients. Null at rates that are none of the protocol's, and below two patients.",
    { nullable: true },
  )
  declare readonly ciLow: number | null;

  @Column(
    () => Float,
    "Upper end of the 95 % interval, by a bootstrap over patients. Null at rates that are none of the protocol's, and below two patients.",
    { nullable: true },
  )
  declare readonly ciHigh: number | null;

  @Column(() => Float, 'Boxes from this score on count. Null before the first box.', { nullable: true })
  declare readonly scoreThreshold: number | null;

  @Column(() => Boolean, 'Whether there are that many false positives; if not, the sensitivity is that of all boxes.')
  declare readonly reachedFalsePositivesPerImage: boolean;
}

@ObjectType({ description: 'One point of a precision-recall curve, interpolated like COCO.' })
export class PrecisionRecallPoint {
  constructor(readonly row: PrecisionRecallRow) {}

  @Column(() => Float, 'Share of lesions that are found, 0 to 1.')
  declare readonly recall: number;

  @Column(() => Float, 'Best precision at this recall or a higher one, 0 to 1; 0 beyond the greatest recall.')
  declare readonly precision: number;

  @Column(() => Float, 'Boxes from this score on count. Null beyond the greatest recall.', { nullable: true })
  declare readonly scoreThreshold: number | null;
}
