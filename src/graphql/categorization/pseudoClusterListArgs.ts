import { ArgsType, Field, InputType } from 'type-graphql';
import type { PseudoClusterOrderField } from '../../categorization';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { PseudoClusterOrderFieldEnum } from './orderEnums';
import { PseudoClusterFilter } from './pseudoClusterFilter';

@InputType({ description: 'How pseudo-clusters are ordered.' })
export class PseudoClusterOrder {
  @Field(() => PseudoClusterOrderFieldEnum, { description: 'The field that is compared.' })
  field!: PseudoClusterOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of pseudo-clusters. */
@ArgsType()
export class PseudoClusterListArgs extends PageArgs {
  @Field(() => PseudoClusterFilter, { nullable: true, description: 'Which pseudo-clusters.' })
  filter?: PseudoClusterFilter | null;

  @Field(() => [PseudoClusterOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: PseudoClusterOrder[] | null;
}
