import { ArgsType, Field, InputType } from 'type-graphql';
import type { DetectionOrderField } from '../../runs';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { DetectionFilter } from './detectionFilter';
import { DetectionOrderFieldEnum } from './enums';

@InputType({ description: 'How detections are ordered.' })
export class DetectionOrder {
  @Field(() => DetectionOrderFieldEnum, { description: 'The field that is compared.' })
  field!: DetectionOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of detections. */
@ArgsType()
export class DetectionListArgs extends PageArgs {
  @Field(() => DetectionFilter, { nullable: true, description: 'Which detections.' })
  filter?: DetectionFilter | null;

  @Field(() => [DetectionOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: DetectionOrder[] | null;
}
