import { Field, ID, InputType } from 'type-graphql';
import type { PseudoClusterFilter as RoomFilter } from '../../categorization';
import { rowIdOf } from '../core/rowId';

@InputType({ description: 'Which pseudo-clusters: fields beside one another all hold; null is the same as left out.' })
export class PseudoClusterFilter {
  @Field(() => ID, { nullable: true, description: 'Global id of a categorization.' })
  categorization?: string | null;

  @Field(() => String, {
    nullable: true,
    description: '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND where there is none.',
  })
  dataset?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a radiologist has named it.' })
  labelled?: boolean | null;

  @Field(() => [PseudoClusterFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: PseudoClusterFilter[] | null;

  @Field(() => [PseudoClusterFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: PseudoClusterFilter[] | null;

  @Field(() => PseudoClusterFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: PseudoClusterFilter | null;
}

/**
 * The filter as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is none of a Categorization
 */
export function toPseudoClusterFilter(filter: PseudoClusterFilter): RoomFilter {
  const { categorization, and, or, not, ...rest } = filter;
  return {
    ...rest,
    categorization: categorization == null ? null : rowIdOf(categorization, 'Categorization', 'categorization'),
    and: and?.map(toPseudoClusterFilter),
    or: or?.map(toPseudoClusterFilter),
    not: not && toPseudoClusterFilter(not),
  };
}
