import { Field } from 'type-graphql';
import type { JobStatus } from '../../job';
import type { RunFilter as RoomFilter } from '../../runs';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { DetectionRunStatusEnum } from './enums';

@FilterOf<RoomFilter>('detection runs')
export class DetectionRunFilter extends CombinedFilter<DetectionRunFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the detector.' })
  detector?: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the detector.' })
  detectorVersion?: string | null;

  @Field(() => [DetectionRunStatusEnum], {
    nullable: true,
    description: 'One of these statuses; a single value need not be a list. An empty list matches nothing.',
  })
  status?: JobStatus[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'At least one of these tags; a single value need not be a list. An empty list matches nothing.',
  })
  tag?: string[] | null;
}
