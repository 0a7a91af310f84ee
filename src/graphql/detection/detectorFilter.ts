import { Field } from 'type-graphql';
import type { DetectorFilter as RoomFilter } from '../../models';
import { CombinedFilter, FilterOf } from '../core/inputs';

@FilterOf<RoomFilter>('detectors')
export class DetectorFilter extends CombinedFilter<DetectorFilter> {
  @Field(() => String, { nullable: true, description: 'The exact name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'The exact version.' })
  version?: string | null;
}
