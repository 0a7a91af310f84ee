import { Field, ID, Int } from 'type-graphql';
import type { CategorizationRequest } from '../../categorization';
import { InputOf } from '../core/inputs';
import { rowIdOf } from '../core/rowId';
import { LesionFilter, toLesionFilter } from '../dataset/lesionFilter';

@InputOf<CategorizationRequest>('Which lesions to sort into pseudo-clusters, and how.')
export class CategorizeLesionsInput {
  @Field(() => String, { description: '`slug` for the latest version of a data set, `slug@2` for version 2.' })
  dataset!: string;

  @Field(() => String, {
    description: 'Name of the categorization, 1 to 200 characters, unique in the data set version.',
  })
  name!: string;

  @Field(() => LesionFilter, {
    nullable: true,
    description:
      'Which lesions; all of the data set where it is left out. `possiblyNoisy: false` is what training takes.',
  })
  filter?: LesionFilter | null;

  @Field(() => String, { nullable: true, description: 'Name of the encoder; may be left out where there is only one.' })
  encoder?: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the encoder; the highest where it is left out.' })
  encoderVersion?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of pseudo-clusters, K, 1 to 1000; 5 where it is left out (Yan et al. 2017).',
  })
  clusterCount?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seed of the clustering, 0 or more: 1 where it is left out.' })
  seed?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Global id of a categorization of any data set: lesions are put to its centroids, with its encoder, K and names, in place of a new clustering.',
  })
  assignTo?: string | null;
}

/**
 * The request as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is of another type
 */
export function toCategorizationRequest({ filter, assignTo, ...rest }: CategorizeLesionsInput): CategorizationRequest {
  return {
    ...rest,
    filter: filter && toLesionFilter(filter),
    assignTo: assignTo == null ? null : rowIdOf(assignTo, 'Categorization', 'assignTo'),
  };
}
