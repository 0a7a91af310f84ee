import { GraphQLDateTime } from 'graphql-scalars';
import { Int, ObjectType } from 'type-graphql';
import {
  MAX_REVIEWERS,
  type ReviewerCount as ReviewerRow,
  type ReviewProgress as ReviewProgressRow,
} from '../../results';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';

declareList('ReviewProgress.reviewers', {
  most: MAX_REVIEWERS,
  usual: 4,
  because: 'Only the reviewers with most verdicts are listed (reviewProgress.ts).',
});

@ObjectType('ReviewerCount', { description: 'A reviewer of a detection run.' })
export class ReviewerCountType {
  constructor(readonly row: ReviewerRow) {}

  @Column(() => String, 'Name of the reviewer, as in the verdicts.')
  declare readonly reviewer: string;

  @Column(() => Int, 'Number of detections of the run on which a verdict of this reviewer counts.')
  declare readonly count: number;
}

@ObjectType('ReviewProgress', {
  description:
    'How far the review of a detection run has come. The latest verdict of a reviewer on a detection counts, unless it ' +
    'is WITHDRAWN; a verdict on a detection of any run counts for all boxes at its place (IoU of 0.5 or more).',
})
export class ReviewProgressType {
  constructor(readonly row: ReviewProgressRow) {}

  @Column(
    () => Int,
    'Number of false positives of the run: detections that overlap no annotated lesion of their image with an IoU of ' +
      '0.5 or more.',
  )
  declare readonly candidates: number;

  @Column(() => Int, 'Number of these that have a verdict at their place; the others are in `reviewQueue`.')
  declare readonly reviewed: number;

  @Column(() => Int, 'Number of reviewed ones that are lesions by the majority of the verdicts.')
  declare readonly lesion: number;

  @Column(() => Int, 'Number of reviewed ones that are not lesions by the majority of the verdicts.')
  declare readonly notLesion: number;

  @Column(() => Int, 'Number of reviewed ones without a majority.')
  declare readonly unsure: number;

  @Property(
    () => [ReviewerCountType],
    `The reviewers of detections of the run, the one with most first; ${MAX_REVIEWERS} at most.`,
  )
  get reviewers(): ReviewerCountType[] {
    return this.row.reviewers.map((reviewer) => new ReviewerCountType(reviewer));
  }

  @Column(
    () => GraphQLDateTime,
    'Time of the latest verdict on a detection of the run, including withdrawals (UTC). Null if there is none.',
    { nullable: true },
  )
  declare readonly lastReviewedAt: Date | null;
}
