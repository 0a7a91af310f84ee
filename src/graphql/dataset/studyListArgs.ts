import { ArgsType, Field, InputType } from 'type-graphql';
import type { StudyOrderField } from '../../dataset';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { StudyOrderFieldEnum } from './enums';
import { StudyFilter } from './studyFilter';

@InputType({ description: 'How studies are ordered.' })
export class StudyOrder {
  @Field(() => StudyOrderFieldEnum, { description: 'The field that is compared.' })
  field!: StudyOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of studies. */
@ArgsType()
export class StudyListArgs extends PageArgs {
  @Field(() => StudyFilter, { nullable: true, description: 'Which studies.' })
  filter?: StudyFilter | null;

  @Field(() => [StudyOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: StudyOrder[] | null;
}
