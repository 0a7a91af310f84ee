import { Field, ID, Int } from 'type-graphql';
import type { CategorizationRequest } from '../../categorization';
import { keyOf } from '../../globalId';
import { RepeatableInput } from '../core/idempotency';
import { InputOf } from '../core/inputs';
import { LesionFilter, toLesionFilter } from '../dataset/lesionFilter';

@InputOf<CategorizationRequest, 'idempotencyKey'>('The lesions to assign to pseudo-clusters, and the method.')
export class CategorizeLesionsInput extends RepeatableInput {
  @Field(() => String, { description: '`slug` for the latest version of a data set, `slug@2` for version 2.' })
  dataset!: string;

  @Field(() => String, {
    description: 'Name of the categorization, 1 to 200 characters, unique within the data set version.',
  })
  name!: string;

  @Field(() => LesionFilter, {
    nullable: true,
    description: 'The lesions to assign; all lesions of the data set if omitted. Training uses `possiblyNoisy: false`.',
  })
  filter?: LesionFilter | null;

  @Field(() => String, { nullable: true, description: 'Name of the encoder; may be omitted if there is only one.' })
  encoder?: string | null;

  @Field(() => String, { nullable: true, description: 'Version of the encoder; the highest version if omitted.' })
  encoderVersion?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of pseudo-clusters, K, 1 to 1000; 5 if omitted (Yan et al. 2017).',
  })
  clusterCount?: number | null;

  @Field(() => Int, { nullable: true, description: 'Seed of the clustering, 0 or more; 1 if omitted.' })
  seed?: number | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Global id of a categorization of any data set. If given, there is no new clustering: lesions ' +
      'are assigned to the nearest centroid of that categorization, with its encoder, K and cluster ' +
      'names.',
  })
  assignTo?: string | null;
}

/**
 * Converts the input to the request of the categorization room: global ids become keys.
 *
 * @throws BadUserInput if an id has another type
 */
export function toCategorizationRequest({ filter, assignTo, ...rest }: CategorizeLesionsInput): CategorizationRequest {
  return {
    ...rest,
    filter: filter && toLesionFilter(filter),
    assignTo: assignTo == null ? null : keyOf(assignTo, 'Categorization', 'assignTo'),
  };
}
