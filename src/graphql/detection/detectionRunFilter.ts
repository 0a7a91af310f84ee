import { Field, InputType } from 'type-graphql';

import type { JobStatus } from '../../job';
import { DetectionRunStatusEnum } from './enums';

@InputType({ description: 'Which detection runs: fields beside one another all hold; null is the same as left out.' })
export class DetectionRunFilter {
  @Field(() => String, {
    nullable: true,
    description: '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the detector.' })
  detector?: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the detector.' })
  detectorVersion?: string | null;

  @Field(() => [DetectionRunStatusEnum], {
    nullable: true,
    description: 'One of these states; a single value is fine. Empty: none.',
  })
  status?: JobStatus[] | null;

  @Field(() => [DetectionRunFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: DetectionRunFilter[] | null;

  @Field(() => [DetectionRunFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: DetectionRunFilter[] | null;

  @Field(() => DetectionRunFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: DetectionRunFilter | null;
}
