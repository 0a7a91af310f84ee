import { ArgsType, Field, InputType } from 'type-graphql';
import type { EvaluationOrderField } from '../../results';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { EvaluationOrderFieldEnum } from './enums';
import { EvaluationFilter } from './evaluationFilter';

@InputType({ description: 'How evaluations are ordered.' })
export class EvaluationOrder {
  @Field(() => EvaluationOrderFieldEnum, { description: 'The field that is compared.' })
  field!: EvaluationOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of evaluations. */
@ArgsType()
export class EvaluationListArgs extends PageArgs {
  @Field(() => EvaluationFilter, { nullable: true, description: 'Which evaluations.' })
  filter?: EvaluationFilter | null;

  @Field(() => [EvaluationOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: EvaluationOrder[] | null;
}
