import { ArgsType, Field, InputType } from 'type-graphql';
import type { DatasetOrderField } from '../../dataset';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { DatasetFilter } from './datasetFilter';
import { DatasetOrderFieldEnum } from './enums';

@InputType({ description: 'How data sets are ordered.' })
export class DatasetOrder {
  @Field(() => DatasetOrderFieldEnum, { description: 'The field that is compared.' })
  field!: DatasetOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of data sets. */
@ArgsType()
export class DatasetListArgs extends PageArgs {
  @Field(() => DatasetFilter, { nullable: true, description: 'Which data sets.' })
  filter?: DatasetFilter | null;

  @Field(() => [DatasetOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: DatasetOrder[] | null;
}
