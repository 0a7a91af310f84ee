import { Field, ID } from 'type-graphql';
import type { PseudoClusterFilter as RoomFilter } from '../../categorization';
import { keyOf } from '../../globalId';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';

@FilterOf<RoomFilter>('pseudo-clusters')
export class PseudoClusterFilter extends CombinedFilter<PseudoClusterFilter> {
  @Field(() => ID, { nullable: true, description: 'Global id of a categorization.' })
  categorization?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a radiologist has named it.' })
  labelled?: boolean | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a Categorization
 */
export function toPseudoClusterFilter({ categorization, ...rest }: PseudoClusterFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toPseudoClusterFilter),
    categorization: categorization == null ? null : keyOf(categorization, 'Categorization', 'categorization'),
  };
}
