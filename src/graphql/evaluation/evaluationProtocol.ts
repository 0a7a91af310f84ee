import { GraphQLJSON } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { EvaluationProtocol } from '../../results';
import { Column, Property } from '../core/property';
import {
  BoxMeasureEnum,
  ComparatorEnum,
  EvaluationPresetEnum,
  FrocCriterionEnum,
  FrocDuplicatesEnum,
  NoisyLesionsEnum,
} from './enums';

@ObjectType({ description: 'How many images and lesions were evaluated, and how many were not and why.' })
export class EvaluatedPopulation {
  constructor(readonly row: EvaluationProtocol['population']) {}

  @Column(() => Int, 'Images that were evaluated.')
  declare readonly images: number;

  @Column(() => Int, 'Images of the run that are completed.')
  declare readonly imagesCompleted: number;

  @Column(() => Int, 'Images of the run that failed; they are not evaluated.')
  declare readonly imagesFailed: number;

  @Column(() => Int, 'Images of the run that were not done yet.')
  declare readonly imagesPending: number;

  @Column(() => Int, 'Completed images all of whose lesions are possibly noisy.')
  declare readonly imagesLeftOut: number;

  @Column(() => Int, 'Evaluated images without any lesion.')
  declare readonly imagesWithoutLesions: number;

  @Column(() => Int, 'Lesions that were evaluated.')
  declare readonly lesions: number;

  @Column(() => Int, 'Lesions left out as possibly noisy.')
  declare readonly lesionsLeftOut: number;

  @Property(() => Int, 'Evaluated lesions that nobody had annotated and reviews confirmed.')
  get lesionsConfirmed(): number {
    return this.row.lesionsConfirmed ?? 0;
  }

  @Column(() => Int, 'Patients of the evaluated lesions.')
  declare readonly patients: number;

  @Column(() => Int, 'Detections on the evaluated images.')
  declare readonly detections: number;
}

@ObjectType('EvaluationProtocol', { description: 'Everything that determines the figures of an evaluation of a run.' })
export class EvaluationProtocolType {
  constructor(readonly row: EvaluationProtocol) {}

  @Property(() => String, 'The data set version, as `slug@version`.')
  get dataset(): string {
    return `${this.row.dataset.slug}@${this.row.dataset.version}`;
  }

  @Property(() => EvaluationPresetEnum, 'The convention that it started from.')
  get preset() {
    return this.row.preset ?? 'PAPER';
  }

  @Property(() => FrocCriterionEnum, 'Overlap that makes a hit in the accuracy.')
  get accuracyCriterion() {
    return this.row.accuracy.criterion;
  }

  @Property(() => ComparatorEnum, 'Whether an overlap at the threshold hits in the accuracy.')
  get accuracyComparator() {
    return this.row.accuracy.comparator;
  }

  @Property(() => BoxMeasureEnum, 'How wide a box is in the accuracy.')
  get accuracyBoxMeasure() {
    return this.row.accuracy.boxMeasure;
  }

  @Property(() => Float, 'Detections below this score count in no figure. Null where all count.', { nullable: true })
  get scoreFloor(): number | null {
    return this.row.detections.scoreFloor ?? null;
  }

  @Property(() => [Float], 'Overlap thresholds of the accuracy curves.')
  get iouThresholds(): number[] {
    return this.row.accuracy.iouThresholds;
  }

  @Property(() => [Int], 'The topK that there are accuracy curves of.')
  get topK(): number[] {
    return this.row.accuracy.topK;
  }

  @Property(() => Int, 'The topK of a curve that names none: that of the run.')
  get defaultTopK(): number {
    return this.row.accuracy.defaultTopK;
  }

  @Column(() => NoisyLesionsEnum, 'What became of possibly noisy lesions.')
  declare readonly possiblyNoisyLesions: EvaluationProtocol['possiblyNoisyLesions'];

  @Property(
    () => Int,
    'The last review whose verdict counts: lesions confirmed up to it are evaluated like annotated ones. Null where reviews are ignored.',
    { nullable: true },
  )
  get reviewsUpTo(): number | null {
    return this.row.reviews?.upTo ?? null;
  }

  @Property(() => String, 'Name of the categorization whose pseudo-clusters are strata.', { nullable: true })
  get categorization(): string | null {
    return this.row.categorization?.name ?? null;
  }

  @Property(() => FrocCriterionEnum, 'Overlap that makes a hit in the FROC.')
  get frocCriterion() {
    return this.row.froc.criterion;
  }

  @Property(() => ComparatorEnum, 'Whether an overlap at the threshold hits in the FROC.')
  get frocComparator() {
    return this.row.froc.comparator;
  }

  @Property(() => BoxMeasureEnum, 'How wide a box is in the FROC.')
  get frocBoxMeasure() {
    return this.row.froc.boxMeasure;
  }

  @Property(() => FrocDuplicatesEnum, 'What a second box on a lesion is in the FROC.')
  get frocDuplicates() {
    return this.row.froc.duplicates;
  }

  @Property(() => [Float], 'Overlap thresholds of the FROC.')
  get frocThresholds(): number[] {
    return this.row.froc.thresholds;
  }

  @Property(() => [Float], 'IoU thresholds of the average precision, as COCO has them.')
  get averagePrecisionThresholds(): number[] {
    return this.row.averagePrecision.iouThresholds;
  }

  @Property(() => Int, 'Resamples of the bootstrap over patients that the intervals come from.')
  get resamples(): number {
    return this.row.intervals.resamples;
  }

  @Property(() => Float, 'Seed of the bootstrap, a whole number.')
  get seed(): number {
    return this.row.intervals.seed;
  }

  @Property(() => EvaluatedPopulation, 'What was evaluated.')
  get population(): EvaluatedPopulation {
    return new EvaluatedPopulation(this.row.population);
  }

  @Property(() => GraphQLJSON, 'The whole protocol as it is stored.')
  get json(): unknown {
    return this.row;
  }
}
