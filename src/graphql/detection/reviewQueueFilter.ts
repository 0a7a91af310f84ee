import { Field, Float, Int } from 'type-graphql';
import { BadUserInput } from '../../errors';
import { REVIEW_QUEUE_ORDER_FIELDS, type ReviewQueueFilter as RoomFilter } from '../../results';
import { defineEnum } from '../core/enums';
import { InputOf } from '../core/inputs';
import { listArgsOf } from '../core/listArgs';

@InputOf<RoomFilter>(
  'Filter for the review queue of a run: all given fields must match; null is the same as omitting a field.',
)
export class ReviewQueueFilter {
  @Field(() => Float, { nullable: true, description: 'Minimum score, 0 to 1.' })
  scoreAtLeast?: number | null;

  @Field(() => Float, { nullable: true, description: 'Maximum score, 0 to 1.' })
  scoreAtMost?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Maximum rank among the detections of the image: k for its top-k detections.',
  })
  rankAtMost?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'For a second reading: only verdicts of this reviewer remove a detection from the queue. If omitted, the ' +
      'verdict of any reviewer does.',
  })
  unreviewedBy?: string | null;
}

/** @returns the filter of the room @throws BadUserInput for a score outside 0 to 1 */
export function toReviewQueueFilter(filter: ReviewQueueFilter): RoomFilter {
  for (const name of ['scoreAtLeast', 'scoreAtMost'] as const) {
    const score = filter[name];
    if (score != null && (score < 0 || score > 1))
      throw new BadUserInput(`Expected ${name} to be from 0 to 1, got ${score}.`, name);
  }
  return filter;
}

const ReviewQueueOrderFieldEnum = defineEnum(
  'ReviewQueueOrderField',
  'Fields by which the review queue can be ordered.',
  REVIEW_QUEUE_ORDER_FIELDS,
  {
    SCORE: 'Score; descending is the order if none is given.',
    IMAGE_AND_RANK: 'By image, then by rank within the image, so that a reviewer loads each image once.',
  },
);

export const ReviewQueueArgs = listArgsOf(
  ReviewQueueFilter,
  'ReviewQueue',
  'the review queue of a run',
  ReviewQueueOrderFieldEnum,
);
export type ReviewQueueArgs = InstanceType<typeof ReviewQueueArgs>;
