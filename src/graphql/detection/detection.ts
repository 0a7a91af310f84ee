import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { DetectionReviewRow } from '../../results';
import type { DetectionRow } from '../../runs';
import { connectionOf } from '../core/connection';
import { BoundingBox } from '../core/geometry';
import { Node } from '../core/node';
import { Property } from '../core/property';
import { ReviewVerdictEnum } from './enums';

@ObjectType({ implements: Node, description: 'One scored box that a detector found on a bookmarked image.' })
export class Detection implements Node {
  constructor(readonly row: DetectionRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Detection', this.row.id);
  }

  @Property(() => BoundingBox, "The box, cut to the image, in the data set's own pixelConvention.")
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row);
  }

  @Property(() => Float, "The detector's score, 0 to 1; comparable within one detector only.")
  get score(): number {
    return this.row.score;
  }

  @Property(() => Int, 'Place among the boxes of its image by score; 1 is the best.')
  get rank(): number {
    return this.row.rank;
  }

  @Property(() => Int, "Index into the detector's `classes`.")
  get classIndex(): number {
    return this.row.classIndex;
  }
}

@ObjectType({
  implements: Node,
  description: "A radiologist's verdict on a detection. Verdicts are only added; the latest of a reviewer counts.",
})
export class DetectionReview implements Node {
  constructor(readonly row: DetectionReviewRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('DetectionReview', this.row.id);
  }

  @Property(() => ReviewVerdictEnum, 'The verdict.')
  get verdict() {
    return this.row.verdict;
  }

  @Property(() => String, 'Who gave it, as the client said.')
  get reviewer(): string {
    return this.row.reviewer;
  }

  @Property(() => String, 'What the reviewer added.', { nullable: true })
  get remark(): string | null {
    return this.row.remark;
  }

  @Property(() => GraphQLDateTime, 'When it was given (UTC).')
  get createdAt(): Date {
    return this.row.createdAt;
  }
}

export const DetectionConnection = connectionOf(Detection, 'Detection', 'detections');
