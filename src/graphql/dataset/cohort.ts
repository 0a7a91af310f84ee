import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { COHORT_ORDER_FIELDS, type CohortRow, cohortKey, type CohortFilter as RoomFilter } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { BY_ID, defineEnum } from '../core/enums';
import { RepeatableInput } from '../core/idempotency';
import { CombinedFilter, FilterOf } from '../core/inputs';
import { listArgsOf } from '../core/listArgs';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { LesionFilter } from './lesionFilter';

@ObjectType({
  implements: Node,
  description:
    'A frozen selection of lesions of a data set version. It never changes, so that a publication can rest on it: filters take ' +
    'its id as `cohort`, in lists, detection runs, strata and exports.',
})
export class Cohort implements Node {
  constructor(readonly row: CohortRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Cohort', cohortKey(this.row));
  }

  @Column(() => String, 'Name; several cohorts may have the same one.')
  declare readonly name: string;

  @Column(() => GraphQLJSON, 'The `LesionFilter` that chose its lesions, as it was given.')
  declare readonly filter: unknown;

  @Column(() => Int, 'Number of lesions.')
  declare readonly lesionCount: number;

  @Column(() => Int, 'Number of bookmarked images with at least one of its lesions.')
  declare readonly imageCount: number;

  @Column(() => Int, 'Number of patients with at least one of its lesions.')
  declare readonly patientCount: number;

  @Column(
    () => String,
    'SHA-256 of its sorted members, in hexadecimal: the `sourceRowIndex` of each lesion in ascending order, in decimal and with ' +
      'a line feed. Two cohorts of a data set version with the same checksum have the same lesions.',
  )
  declare readonly membersSha256: string;

  @Column(() => GraphQLDateTime, 'Time of creation (UTC).')
  declare readonly createdAt: Date;
}

export const CohortConnection = connectionOf(Cohort, 'Cohort', 'cohorts');

@FilterOf<RoomFilter>('cohorts')
export class CohortFilter extends CombinedFilter<CohortFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => String, { nullable: true, description: 'The exact name.' })
  name?: string | null;
}

const CohortOrderFieldEnum = defineEnum(
  'CohortOrderField',
  'Fields by which cohorts can be ordered.',
  COHORT_ORDER_FIELDS,
  {
    ID: BY_ID,
    CREATED_AT: 'Time of creation.',
    NAME: 'Name, in byte order.',
    LESION_COUNT: 'Number of lesions.',
  },
);

export const CohortListArgs = listArgsOf(CohortFilter, 'Cohort', 'cohorts', CohortOrderFieldEnum);
export type CohortListArgs = InstanceType<typeof CohortListArgs>;

@InputType({ description: 'The lesions to freeze.' })
export class CreateCohortInput extends RepeatableInput {
  @Field(() => String, { description: '`slug` for the latest version of a data set, `slug@2` for version 2.' })
  dataset!: string;

  @Field(() => String, { description: 'Name of the cohort, 1 to 200 characters.' })
  name!: string;

  @Field(() => LesionFilter, {
    nullable: true,
    description: 'The lesions; all lesions of the data set version if omitted. At least one has to match.',
  })
  filter?: LesionFilter | null;
}

@ObjectType({ description: 'Result of createCohort.' })
export class CreateCohortPayload {
  constructor(cohort: Cohort) {
    this.cohort = cohort;
  }

  @Property(() => Cohort, 'The cohort.')
  readonly cohort: Cohort;
}
