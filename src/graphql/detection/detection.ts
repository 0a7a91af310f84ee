import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import { type DetectionReviewRow, reviewKey } from '../../results';
import { type DetectionRow, detectionKey } from '../../runs';
import { connectionOf } from '../core/connection';
import { BoundingBox } from '../core/geometry';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { ReviewVerdictEnum } from './enums';

@ObjectType({
  implements: Node,
  description: 'One bounding box with a score that a detector found on a bookmarked image.',
})
export class Detection implements Node {
  constructor(readonly row: DetectionRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Detection', detectionKey(this.row));
  }

  @Property(() => BoundingBox, "The box, clipped to the image, in the data set's pixelConvention.")
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row);
  }

  @Column(() => Float, "The detector's score, 0 to 1; comparable only within one detector.")
  declare readonly score: number;

  @Column(() => Int, 'Rank among the detections of its image by score, starting at 1 for the highest score.')
  declare readonly rank: number;

  @Column(() => Int, "Index into the detector's `classes`; 0 if the detector is external and has no classes.")
  declare readonly classIndex: number;
}

@ObjectType({
  implements: Node,
  description:
    "A radiologist's verdict on a detection. Verdicts are never changed or deleted; the latest " +
    'verdict of each reviewer counts.',
})
export class DetectionReview implements Node {
  constructor(readonly row: DetectionReviewRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('DetectionReview', reviewKey(this.row));
  }

  @Column(() => ReviewVerdictEnum, 'The verdict.')
  declare readonly verdict: DetectionReviewRow['verdict'];

  @Column(() => String, 'Name of the reviewer: that of the key, or else as given by the client.')
  declare readonly reviewer: string;

  @Property(
    () => Boolean,
    'Whether the reviewer was identified by a key. All verdicts of servers before keys are not authenticated.',
  )
  get authenticated(): boolean {
    return this.row.isAuthenticated;
  }

  @Column(() => String, "The reviewer's remark.", { nullable: true })
  declare readonly remark: string | null;

  @Column(() => GraphQLDateTime, 'Time of the verdict (UTC).')
  declare readonly createdAt: Date;
}

export const DetectionConnection = connectionOf(Detection, 'Detection', 'detections');
