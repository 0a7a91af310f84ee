import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray, type PubSub } from 'type-graphql';
import { checkReferences } from './references';
import { CategorizationFieldsResolver } from './resolvers/categorizationFields.resolver';
import { CategorizationsResolver } from './resolvers/categorizations.resolver';
import { DatasetFieldsResolver } from './resolvers/datasetFields.resolver';
import { DatasetsResolver } from './resolvers/datasets.resolver';
import {
  DetectionFieldsResolver,
  DetectionReviewFieldsResolver,
  RunImageFieldsResolver,
} from './resolvers/detectionFields.resolver';
import { DetectionMutationsResolver } from './resolvers/detectionMutations.resolver';
import { DetectionRunFieldsResolver } from './resolvers/detectionRunFields.resolver';
import { DetectionRunsResolver } from './resolvers/detectionRuns.resolver';
import {
  DetectorAccuracyFieldsResolver,
  DetectorFieldsResolver,
  DetectorStatisticsFieldsResolver,
} from './resolvers/detectorFields.resolver';
import { DetectorsResolver } from './resolvers/detectors.resolver';
import {
  DiscordantLesionResolver,
  EvaluationComparisonResolver,
  EvaluationDifferenceResolver,
} from './resolvers/evaluationComparison.resolver';
import { EvaluationFieldsResolver, StratumFieldsResolver } from './resolvers/evaluationFields.resolver';
import { EvaluationsResolver } from './resolvers/evaluations.resolver';
import { ImageFieldsResolver } from './resolvers/imageFields.resolver';
import { ImagesResolver } from './resolvers/images.resolver';
import { LesionFieldsResolver } from './resolvers/lesionFields.resolver';
import { LesionStatisticsFieldsResolver } from './resolvers/lesionStatisticsFields.resolver';
import { LesionsResolver } from './resolvers/lesions.resolver';
import { NodesResolver } from './resolvers/nodes.resolver';
import { PatientFieldsResolver } from './resolvers/patientFields.resolver';
import { PatientsResolver } from './resolvers/patients.resolver';
import { PseudoClusterFieldsResolver } from './resolvers/pseudoClusterFields.resolver';
import { ReviewQueueResolver } from './resolvers/reviewQueue.resolver';
import { SeriesFieldsResolver } from './resolvers/seriesFields.resolver';
import { ServerInfoResolver } from './resolvers/serverInfo.resolver';
import { SimilarLesionsResolver } from './resolvers/similarLesions.resolver';
import { StudyFieldsResolver } from './resolvers/studyFields.resolver';
import { UploadDetectionFieldsResolver, UploadsResolver } from './resolvers/uploads.resolver';
import { WorkerBatchFieldsResolver, WorkersResolver } from './resolvers/workers.resolver';

const RESOLVERS: NonEmptyArray<new () => object> = [
  CategorizationFieldsResolver,
  CategorizationsResolver,
  DatasetFieldsResolver,
  DatasetsResolver,
  DetectionFieldsResolver,
  DetectionMutationsResolver,
  DetectionReviewFieldsResolver,
  DetectionRunFieldsResolver,
  DetectionRunsResolver,
  DetectorAccuracyFieldsResolver,
  DetectorFieldsResolver,
  DetectorStatisticsFieldsResolver,
  DetectorsResolver,
  DiscordantLesionResolver,
  EvaluationComparisonResolver,
  EvaluationDifferenceResolver,
  EvaluationFieldsResolver,
  EvaluationsResolver,
  ImageFieldsResolver,
  ImagesResolver,
  LesionFieldsResolver,
  LesionStatisticsFieldsResolver,
  LesionsResolver,
  NodesResolver,
  PatientFieldsResolver,
  PatientsResolver,
  PseudoClusterFieldsResolver,
  ReviewQueueResolver,
  RunImageFieldsResolver,
  SeriesFieldsResolver,
  ServerInfoResolver,
  SimilarLesionsResolver,
  StratumFieldsResolver,
  StudyFieldsResolver,
  WorkerBatchFieldsResolver,
  WorkersResolver,
  UploadDetectionFieldsResolver,
  UploadsResolver,
];

/** Subscriptions follow the database, so that they see the work of every process; type-graphql asks for topics even so. */
const NO_TOPICS: PubSub = {
  publish() {
    throw new Error('No subscription has topics.');
  },
  subscribe() {
    throw new Error('No subscription has topics.');
  },
};

/** Builds the schema of the graph; it holds no state and serves every request. */
export function buildSchema(): GraphQLSchema {
  // Arguments are checked by the rooms; class-validator would load and walk every input once more.
  return checkReferences(buildSchemaSync({ resolvers: RESOLVERS, validate: false, pubSub: NO_TOPICS }));
}
