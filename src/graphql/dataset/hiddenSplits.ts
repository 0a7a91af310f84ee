/** Splits of a data set whose ground truth is hidden. */
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { DEFAULT_TRIES, HIDEABLE_SPLITS } from '../../access';
import type { Split } from '../../dataset';
import type { SplitTries } from '../../runs';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';
import { Dataset } from './dataset';
import { SplitEnum } from './enums';

declareList('Dataset.hiddenSplits', {
  most: HIDEABLE_SPLITS.length,
  usual: 1,
  because: 'There are three splits that can be hidden.',
});

@ObjectType({
  description:
    'A split whose ground truth is hidden: its lesions, and all that is made of them, are for callers with the scope ' +
    '`curate` or `operate`. Others may submit to it and get the aggregates of `leaderboard`.',
})
export class HiddenSplit {
  /** @param row as the caller stands */
  constructor(readonly row: SplitTries) {}

  @Column(() => SplitEnum, 'The split.')
  declare readonly split: Split;

  @Column(() => Int, 'Number of runs over its images that an owner may make in `periodDays`.')
  declare readonly submissionLimit: number;

  @Column(() => Int, 'Length of the period in days.')
  declare readonly periodDays: number;

  @Property(
    () => Int,
    'Number of your runs in the last `periodDays`; those that failed or were cancelled do not count.',
  )
  get triesUsed(): number {
    return this.row.used;
  }

  @Property(() => Int, 'Number of all your runs since the split is hidden, as the board shows it.')
  get triesTotal(): number {
    return this.row.total;
  }

  @Property(() => GraphQLDateTime, 'When the oldest of the period no longer counts (UTC). Null if there is none.', {
    nullable: true,
  })
  get nextTryAt(): Date | null {
    return this.row.nextAt;
  }
}

@InputType({ description: 'A split whose ground truth is to be hidden or shown.' })
export class SetHiddenSplitInput {
  @Field(() => String, { description: 'The data set: its slug. The split is hidden in all its versions.' })
  dataset!: string;

  @Field(() => SplitEnum, { description: 'TRAIN, VALIDATION or TEST.' })
  split!: Split;

  @Field(() => Boolean, { description: 'Whether its ground truth is hidden from now on.' })
  hidden!: boolean;

  @Field(() => Int, {
    defaultValue: DEFAULT_TRIES.submissionLimit,
    description: 'Number of runs over its images that an owner may make in `periodDays`, 1 to 1000.',
  })
  submissionLimit!: number;

  @Field(() => Int, {
    defaultValue: DEFAULT_TRIES.periodDays,
    description: 'Length of the period in days, 1 to 365.',
  })
  periodDays!: number;
}

@ObjectType({ description: 'Result of setHiddenSplit.' })
export class SetHiddenSplitPayload {
  constructor(dataset: Dataset) {
    this.dataset = dataset;
  }

  @Property(() => Dataset, 'The latest version of the data set.')
  readonly dataset: Dataset;
}
