import { ArgsType, Field, InputType } from 'type-graphql';
import type { DetectorOrderField } from '../../models';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { DetectorFilter } from './detectorFilter';
import { DetectorOrderFieldEnum } from './enums';

@InputType({ description: 'How detectors are ordered.' })
export class DetectorOrder {
  @Field(() => DetectorOrderFieldEnum, { description: 'The field that is compared.' })
  field!: DetectorOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of detectors. */
@ArgsType()
export class DetectorListArgs extends PageArgs {
  @Field(() => DetectorFilter, { nullable: true, description: 'Which detectors.' })
  filter?: DetectorFilter | null;

  @Field(() => [DetectorOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: DetectorOrder[] | null;
}
