import { GraphQLJSON } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { LesionFilter } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { type EvaluationProtocol, MAX_OWN_STRATA, type OwnStratum } from '../../results';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';
import {
  BoxMeasureEnum,
  ComparatorEnum,
  EvaluationPresetEnum,
  FrocCriterionEnum,
  FrocDuplicatesEnum,
  NoisyLesionsEnum,
} from './enums';

@ObjectType({ description: 'Numbers of images and lesions that were evaluated or excluded.' })
export class EvaluatedPopulation {
  constructor(readonly row: EvaluationProtocol['population']) {}

  @Column(() => Int, 'Number of images that were evaluated.')
  declare readonly images: number;

  @Column(() => Int, 'Number of completed images of the run.')
  declare readonly imagesCompleted: number;

  @Column(() => Int, 'Number of failed images of the run; they are not evaluated.')
  declare readonly imagesFailed: number;

  @Column(() => Int, 'Number of images of the run that had not been processed.')
  declare readonly imagesPending: number;

  @Column(() => Int, 'Number of completed images whose lesions are all possibly noisy; they are not evaluated.')
  declare readonly imagesLeftOut: number;

  @Column(() => Int, 'Number of evaluated images without lesions.')
  declare readonly imagesWithoutLesions: number;

  @Column(() => Int, 'Number of lesions that were evaluated.')
  declare readonly lesions: number;

  @Column(() => Int, 'Number of lesions that were excluded as possibly noisy.')
  declare readonly lesionsLeftOut: number;

  @Property(() => Int, 'Number of evaluated lesions that were not annotated but confirmed by reviews.')
  get lesionsConfirmed(): number {
    return this.row.lesionsConfirmed ?? 0;
  }

  @Column(() => Int, 'Number of patients of the evaluated lesions.')
  declare readonly patients: number;

  @Column(() => Int, 'Number of detections on the evaluated images.')
  declare readonly detections: number;
}

declareList('EvaluationProtocol.strata', {
  most: MAX_OWN_STRATA,
  usual: 4,
  because: 'A protocol takes at most 50 strata (ownStrata.ts).',
});

@ObjectType('OwnStratum', { description: 'A stratum of lesions that fit a filter.' })
export class OwnStratumType {
  constructor(readonly row: OwnStratum) {}

  @Column(() => String, 'Name of the stratum, as used by the curves.')
  declare readonly name: string;

  @Property(() => GraphQLJSON, 'The LesionFilter of the request.')
  get filter(): unknown {
    return asRequested(this.row.filter);
  }
}

/** The filter with ids as in the graph. */
function asRequested({ pseudoCluster, and, or, not, ...rest }: LesionFilter): object {
  return {
    ...rest,
    ...(pseudoCluster ? { pseudoCluster: toGlobalId('PseudoCluster', pseudoCluster) } : {}),
    ...(and ? { and: and.map(asRequested) } : {}),
    ...(or ? { or: or.map(asRequested) } : {}),
    ...(not ? { not: asRequested(not) } : {}),
  };
}

@ObjectType('EvaluationProtocol', { description: 'All settings that determine the metrics of an evaluation of a run.' })
export class EvaluationProtocolType {
  constructor(readonly row: EvaluationProtocol) {}

  @Property(() => String, 'The data set version, as `slug@version`.')
  get dataset(): string {
    return `${this.row.dataset.slug}@${this.row.dataset.version}`;
  }

  @Property(() => EvaluationPresetEnum, 'The evaluation convention whose rules were the defaults.')
  get preset() {
    return this.row.preset ?? 'PAPER';
  }

  @Property(() => FrocCriterionEnum, 'Overlap measure for a hit in the accuracy.')
  get accuracyCriterion() {
    return this.row.accuracy.criterion;
  }

  @Property(() => ComparatorEnum, 'Whether an overlap equal to the threshold is a hit in the accuracy.')
  get accuracyComparator() {
    return this.row.accuracy.comparator;
  }

  @Property(() => BoxMeasureEnum, 'Whether box width is x2 − x1 or x2 − x1 + 1 in the accuracy.')
  get accuracyBoxMeasure() {
    return this.row.accuracy.boxMeasure;
  }

  @Property(() => Float, 'Minimum score of the detections that count. Null if all detections count.', {
    nullable: true,
  })
  get scoreFloor(): number | null {
    return this.row.detections.scoreFloor ?? null;
  }

  @Property(() => [Float], 'Overlap thresholds of the accuracy curves.')
  get iouThresholds(): number[] {
    return this.row.accuracy.iouThresholds;
  }

  @Property(() => [Int], 'The values of topK for which there are accuracy curves.')
  get topK(): number[] {
    return this.row.accuracy.topK;
  }

  @Property(() => Int, 'The topK of a curve if it is omitted, which is that of the run.')
  get defaultTopK(): number {
    return this.row.accuracy.defaultTopK;
  }

  @Column(() => NoisyLesionsEnum, 'How possibly noisy lesions were treated.')
  declare readonly possiblyNoisyLesions: EvaluationProtocol['possiblyNoisyLesions'];

  @Property(
    () => Int,
    'The number of reviews of the data set version that count, in the order in which they were given: lesions ' +
      'confirmed by them are evaluated like annotated lesions. Null if reviews are ignored.',
    { nullable: true },
  )
  get reviewsUpTo(): number | null {
    return this.row.reviews?.upTo ?? null;
  }

  @Property(() => Boolean, 'Whether of these only the reviews count whose reviewer was identified by a key.')
  get authenticatedReviewsOnly(): boolean {
    return this.row.reviews?.authenticatedOnly ?? false;
  }

  @Property(() => String, 'Name of the categorization whose pseudo-clusters are strata.', { nullable: true })
  get categorization(): string | null {
    return this.row.categorization?.name ?? null;
  }

  @Property(() => [OwnStratumType], 'The strata that the request for the evaluation or the run named.')
  get strata(): OwnStratumType[] {
    return (this.row.strata ?? []).map((stratum) => new OwnStratumType(stratum));
  }

  @Property(() => FrocCriterionEnum, 'Overlap measure for a hit in the FROC.')
  get frocCriterion() {
    return this.row.froc.criterion;
  }

  @Property(() => ComparatorEnum, 'Whether an overlap equal to the threshold is a hit in the FROC.')
  get frocComparator() {
    return this.row.froc.comparator;
  }

  @Property(() => BoxMeasureEnum, 'Whether box width is x2 − x1 or x2 − x1 + 1 in the FROC.')
  get frocBoxMeasure() {
    return this.row.froc.boxMeasure;
  }

  @Property(() => FrocDuplicatesEnum, 'How the FROC counts a second box on a lesion.')
  get frocDuplicates() {
    return this.row.froc.duplicates;
  }

  @Property(() => [Float], 'Overlap thresholds of the FROC.')
  get frocThresholds(): number[] {
    return this.row.froc.thresholds;
  }

  @Property(() => [Float], 'IoU thresholds of the average precision, as in COCO.')
  get averagePrecisionThresholds(): number[] {
    return this.row.averagePrecision.iouThresholds;
  }

  @Property(
    () => Int,
    'Number of resamples of the bootstrap over patients, from which the confidence intervals are computed.',
  )
  get resamples(): number {
    return this.row.intervals.resamples;
  }

  @Property(() => Float, 'Seed of the bootstrap, an integer.')
  get seed(): number {
    return this.row.intervals.seed;
  }

  @Property(() => EvaluatedPopulation, 'Numbers of images, lesions and detections that were evaluated.')
  get population(): EvaluatedPopulation {
    return new EvaluatedPopulation(this.row.population);
  }

  @Property(() => GraphQLJSON, 'The complete protocol as stored.')
  get json(): unknown {
    return this.row;
  }
}
