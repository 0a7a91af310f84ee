import { Field, ID } from 'type-graphql';
import { keyOf } from '../../globalId';
import type { EvaluationFilter as RoomFilter } from '../../results';
import { CombinedFilter, combined, FilterOf } from '../core/inputs';

@FilterOf<RoomFilter>('evaluations')
export class EvaluationFilter extends CombinedFilter<EvaluationFilter> {
  @Field(() => ID, { nullable: true, description: 'Global id of the detection run.' })
  run?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Data set of the run: `slug` for the latest version, `slug@2` for version 2; NOT_FOUND if there ' +
      'is no such data set.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: "Name of the run's detector." })
  detector?: string | null;
}

/**
 * Converts the filter to that of the room: global ids become keys.
 *
 * @throws BadUserInput if an id is not that of a DetectionRun
 */
export function toEvaluationFilter({ run, ...rest }: EvaluationFilter): RoomFilter {
  return {
    ...rest,
    ...combined(rest, toEvaluationFilter),
    run: run == null ? null : keyOf(run, 'DetectionRun', 'run'),
  };
}
