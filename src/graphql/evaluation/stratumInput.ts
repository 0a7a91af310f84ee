import { Field } from 'type-graphql';
import type { OwnStratum } from '../../results';
import { InputOf } from '../core/inputs';
import { LesionFilter, toLesionFilter } from '../dataset/lesionFilter';

@InputOf<OwnStratum>(
  'A named subset of the lesions. Detections are never filtered: a hit on a lesion outside the subset is a false positive.',
)
export class StratumInput {
  @Field(() => String, {
    description: 'Name of the stratum, as used by the curves: 1 to 60 characters without a colon, and not `ALL`.',
  })
  name!: string;

  @Field(() => LesionFilter, {
    description: 'Which lesions; it must not name a dataset, because the lesions are those of the run.',
  })
  filter!: LesionFilter;
}

/** Converts the input to the stratum of the room: global ids become keys. @throws BadUserInput as `toLesionFilter` */
export const toOwnStratum = ({ name, filter }: StratumInput): OwnStratum => ({ name, filter: toLesionFilter(filter) });
