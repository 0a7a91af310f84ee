import { ID, Int, ObjectType } from 'type-graphql';
import {
  COUNTED_THINGS,
  type CountedThing,
  type Deletion,
  type DeletionCount as DeletionCountRow,
} from '../../deletion';
import { defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';

const CountedThingEnum = defineEnum('CountedThing', 'What a deletion concerns.', COUNTED_THINGS, {
  PATIENTS: 'Patients of the data set version.',
  IMAGES: 'Bookmarked images of the data set version; their pixel files stay.',
  LESIONS: 'Lesions of the data set version.',
  COHORTS: 'Cohorts of the data set version.',
  COHORT_LESIONS: 'Lesions of the cohort; they stay, only the list of them is deleted.',
  DETECTION_RUNS: 'Detection runs over the data set version.',
  RUN_IMAGES: 'Images of the detection run.',
  DETECTIONS: 'Detections; if a categorization is deleted, they are kept and lose their pseudo-cluster.',
  EVALUATIONS: 'Evaluations; if a categorization is deleted, those whose strata are its pseudo-clusters.',
  REVIEWS: 'Verdicts of radiologists on the detections.',
  RETRIES: 'Detection runs that retry this one; they are kept and lose `retryOf`.',
  CATEGORIZATIONS: 'Categorizations of the data set version.',
  PSEUDO_CLUSTERS: 'Pseudo-clusters of the categorization.',
  ASSIGNMENTS: 'Assignments of lesions to its pseudo-clusters.',
  ASSIGNED_CATEGORIZATIONS:
    'Categorizations that were assigned by its centroids; they are kept and lose their reference to it.',
});

@ObjectType({ description: 'Number of rows of one kind that a deletion concerns.' })
export class DeletionCount {
  constructor(readonly row: DeletionCountRow) {}

  @Column(() => CountedThingEnum, 'What is counted.')
  declare readonly what: CountedThing;

  @Column(() => Int, 'Number of rows.')
  declare readonly count: number;

  @Column(
    () => Boolean,
    'Whether it exists apart from what is deleted and depends on it: if there is any, `cascade` is required.',
  )
  declare readonly isDependent: boolean;
}

@ObjectType({ description: 'Result of a deletion, or of its dry run.' })
export class DeletionPayload {
  constructor(
    id: string,
    readonly row: Deletion,
  ) {
    this.id = id;
  }

  @Property(() => ID, 'Global id of what was named. After a deletion, requests for it are NOT_FOUND with the reason.')
  readonly id: string;

  @Column(() => Boolean, 'Whether it was deleted; false after a dry run.')
  declare readonly deleted: boolean;

  @Column(() => String, 'What would prevent the deletion; null if nothing would. Only a dry run returns it.', {
    nullable: true,
  })
  declare readonly refusal: string | null;

  @Property(() => [DeletionCount], 'What the deletion concerns.')
  get counts(): DeletionCount[] {
    return this.row.counts.map((count) => new DeletionCount(count));
  }
}

declareList('DeletionPayload.counts', {
  most: COUNTED_THINGS.length,
  usual: 6,
  because: 'One for each kind of row.',
});
