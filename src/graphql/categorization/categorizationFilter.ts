import { Field } from 'type-graphql';
import type { CategorizationSource, CategorizationFilter as RoomFilter } from '../../categorization';
import type { JobStatus } from '../../job';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { CategorizationSourceEnum, CategorizationStatusEnum } from './enums';

@FilterOf<RoomFilter>('categorizations')
export class CategorizationFilter extends CombinedFilter<CategorizationFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: 'The exact name.' })
  name?: string | null;

  @Field(() => [CategorizationStatusEnum], { nullable: true, description: 'One of these values.' })
  status?: JobStatus[] | null;

  @Field(() => [CategorizationSourceEnum], { nullable: true, description: 'One of these values.' })
  source?: CategorizationSource[] | null;
}
