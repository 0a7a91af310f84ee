import { Field, ID, InputType } from 'type-graphql';
import type { EvaluationFilter as RoomFilter } from '../../results';
import { rowIdOf } from '../core/rowId';

@InputType({ description: 'Which evaluations: fields beside one another all hold; null is the same as left out.' })
export class EvaluationFilter {
  @Field(() => ID, { nullable: true, description: 'Global id of the detection run.' })
  run?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Data set of the run: `slug` for its latest version, `slug@2` for version 2; NOT_FOUND where there is none.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: "Name of the run's detector." })
  detector?: string | null;

  @Field(() => [EvaluationFilter], { nullable: true, description: 'All of these hold. Empty: everything.' })
  and?: EvaluationFilter[] | null;

  @Field(() => [EvaluationFilter], { nullable: true, description: 'At least one of these holds. Empty: nothing.' })
  or?: EvaluationFilter[] | null;

  @Field(() => EvaluationFilter, {
    nullable: true,
    description: 'This does not hold; that includes whatever lacks a value it asks for.',
  })
  not?: EvaluationFilter | null;
}

/**
 * The filter as the room takes it: global ids become row ids.
 *
 * @throws BadUserInput when an id is none of a DetectionRun
 */
export function toEvaluationFilter(filter: EvaluationFilter): RoomFilter {
  const { run, and, or, not, ...rest } = filter;
  return {
    ...rest,
    run: run == null ? null : rowIdOf(run, 'DetectionRun', 'run'),
    and: and?.map(toEvaluationFilter),
    or: or?.map(toEvaluationFilter),
    not: not && toEvaluationFilter(not),
  };
}
