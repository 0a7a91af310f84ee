import { Field } from 'type-graphql';
import type { DatasetFilter as RoomFilter } from '../../dataset';
import { CombinedFilter, FilterOf } from '../core/inputs';

@FilterOf<RoomFilter>('data sets')
export class DatasetFilter extends CombinedFilter<DatasetFilter> {
  @Field(() => [String], { nullable: true, description: 'One of these slugs; a single one is fine. Empty: none.' })
  slug?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is made by a program and not from patients.' })
  synthetic?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'true: latest versions; false: superseded ones. Where a filter says nothing of it, latest versions.',
  })
  latest?: boolean | null;
}
