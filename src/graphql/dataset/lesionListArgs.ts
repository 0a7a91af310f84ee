import { ArgsType, Field, InputType } from 'type-graphql';
import type { LesionOrderField } from '../../dataset';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { LesionOrderFieldEnum } from './enums';
import { LesionFilter } from './lesionFilter';

@InputType({ description: 'How lesions are ordered.' })
export class LesionOrder {
  @Field(() => LesionOrderFieldEnum, { description: 'The field that is compared.' })
  field!: LesionOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of lesions. */
@ArgsType()
export class LesionListArgs extends PageArgs {
  @Field(() => LesionFilter, { nullable: true, description: 'Which lesions.' })
  filter?: LesionFilter | null;

  @Field(() => [LesionOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: LesionOrder[] | null;
}
