import { ArgsType, Field, InputType } from 'type-graphql';
import type { CategorizationOrderField } from '../../categorization';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { CategorizationFilter } from './categorizationFilter';
import { CategorizationOrderFieldEnum } from './orderEnums';

@InputType({ description: 'How categorizations are ordered.' })
export class CategorizationOrder {
  @Field(() => CategorizationOrderFieldEnum, { description: 'The field that is compared.' })
  field!: CategorizationOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of categorizations. */
@ArgsType()
export class CategorizationListArgs extends PageArgs {
  @Field(() => CategorizationFilter, { nullable: true, description: 'Which categorizations.' })
  filter?: CategorizationFilter | null;

  @Field(() => [CategorizationOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: CategorizationOrder[] | null;
}
