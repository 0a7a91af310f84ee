import { Field } from 'type-graphql';
import type {
  CategorizationSource,
  CategorizationStatus,
  CategorizationFilter as RoomFilter,
} from '../../categorization';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { CategorizationSourceEnum, CategorizationStatusEnum } from './enums';

@FilterOf<RoomFilter>('categorizations')
export class CategorizationFilter extends CombinedFilter<CategorizationFilter> {
  @Field(() => String, {
    nullable: true,
    description: '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: 'The name, exactly.' })
  name?: string | null;

  @Field(() => [CategorizationStatusEnum], { nullable: true, description: 'Any of these.' })
  status?: CategorizationStatus[] | null;

  @Field(() => [CategorizationSourceEnum], { nullable: true, description: 'Any of these.' })
  source?: CategorizationSource[] | null;
}
