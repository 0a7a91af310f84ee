import { ArgsType, Field, InputType } from 'type-graphql';
import type { RunOrderField } from '../../runs';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { DetectionRunFilter } from './detectionRunFilter';
import { DetectionRunOrderFieldEnum } from './enums';

@InputType({ description: 'How detection runs are ordered.' })
export class DetectionRunOrder {
  @Field(() => DetectionRunOrderFieldEnum, { description: 'The field that is compared.' })
  field!: RunOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of detection runs. */
@ArgsType()
export class DetectionRunListArgs extends PageArgs {
  @Field(() => DetectionRunFilter, { nullable: true, description: 'Which detection runs.' })
  filter?: DetectionRunFilter | null;

  @Field(() => [DetectionRunOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: DetectionRunOrder[] | null;
}
