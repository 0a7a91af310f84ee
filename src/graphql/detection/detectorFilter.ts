import { Field } from 'type-graphql';
import type { DetectorSource, DetectorFilter as RoomFilter } from '../../models';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { DetectorSourceEnum } from './enums';

@FilterOf<RoomFilter>('detectors')
export class DetectorFilter extends CombinedFilter<DetectorFilter> {
  @Field(() => String, { nullable: true, description: 'The exact name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The exact version.' })
  version?: string | null;

  @Field(() => [DetectorSourceEnum], {
    nullable: true,
    description: 'One of these sources; a single value need not be a list. An empty list matches nothing.',
  })
  source?: DetectorSource[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only those that are archived, or only those that are not; all if omitted.',
  })
  archived?: boolean | null;
}
