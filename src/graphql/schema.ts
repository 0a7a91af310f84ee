import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray, type PubSub } from 'type-graphql';
import { AccessResolver, ApiKeyFieldsResolver, ViewerFieldsResolver } from './access/access.resolver';
import { CategorizationFieldsResolver } from './categorization/categorizationFields.resolver';
import { CategorizationsResolver } from './categorization/categorizations.resolver';
import { FeatureMapResolver } from './categorization/featureMap.resolver';
import { PseudoClusterFieldsResolver } from './categorization/pseudoClusterFields.resolver';
import { SimilarLesionsResolver } from './categorization/similarLesions.resolver';
import { auditMutations } from './core/audit';
import { describeScopes } from './core/authorization';
import { boundLists } from './core/listBounds';
import { NodesResolver } from './core/nodes.resolver';
import { checkReferences } from './core/references';
import { refuseUnacceptedIds } from './core/termsOfIds';
import { CohortFieldsResolver, CohortsResolver } from './dataset/cohorts.resolver';
import { AcceptedTermsResolver, DatasetAccessResolver } from './dataset/datasetAccess.resolver';
import { DatasetDiffFieldsResolver, DatasetDiffResolver, LesionChangeResolver } from './dataset/datasetDiff.resolver';
import { DatasetFieldsResolver } from './dataset/datasetFields.resolver';
import { DatasetsResolver } from './dataset/datasets.resolver';
import { HiddenSplitsResolver } from './dataset/hiddenSplits.resolver';
import { ImageFieldsResolver } from './dataset/imageFields.resolver';
import { ImageSlicesResolver } from './dataset/imageSlices.resolver';
import { ImagesResolver } from './dataset/images.resolver';
import { LesionFacetsResolver } from './dataset/lesionFacets.resolver';
import { LesionFieldsResolver } from './dataset/lesionFields.resolver';
import { LesionStatisticsFieldsResolver } from './dataset/lesionStatisticsFields.resolver';
import { LesionsResolver } from './dataset/lesions.resolver';
import { PatientFieldsResolver } from './dataset/patientFields.resolver';
import { PatientsResolver } from './dataset/patients.resolver';
import { SeriesFieldsResolver } from './dataset/seriesFields.resolver';
import { StudyFieldsResolver } from './dataset/studyFields.resolver';
import { DeletionResolver } from './deletion/deletion.resolver';
import {
  DetectionFieldsResolver,
  DetectionReviewFieldsResolver,
  RunImageFieldsResolver,
} from './detection/detectionFields.resolver';
import { DetectionMutationsResolver } from './detection/detectionMutations.resolver';
import { DetectionRunFieldsResolver } from './detection/detectionRunFields.resolver';
import { DetectionRunsResolver } from './detection/detectionRuns.resolver';
import {
  DetectorAccuracyFieldsResolver,
  DetectorFieldsResolver,
  DetectorStatisticsFieldsResolver,
} from './detection/detectorFields.resolver';
import { DetectorsResolver } from './detection/detectors.resolver';
import { ImageOutcomeResolver, RunsOfImageResolver } from './detection/imageOutcome.resolver';
import { ReviewQueueResolver } from './detection/reviewQueue.resolver';
import { RunSubmissionResolver, SubmissionsResolver } from './detection/submissions.resolver';
import { EvaluationAnalysisResolver } from './evaluation/evaluationAnalysis.resolver';
import {
  DiscordantLesionResolver,
  EvaluationComparisonResolver,
  EvaluationDifferenceResolver,
} from './evaluation/evaluationComparison.resolver';
import { EvaluationCurvesResolver } from './evaluation/evaluationCurves.resolver';
import { EvaluationFieldsResolver, StratumFieldsResolver } from './evaluation/evaluationFields.resolver';
import { EvaluationsResolver } from './evaluation/evaluations.resolver';
import { LeaderboardEntryResolver, LeaderboardResolver } from './evaluation/leaderboard.resolver';
import { MetricDifferencesResolver } from './evaluation/metricDifferences.resolver';
import {
  ImageOutcomesResolver,
  OutcomeConnectionResolver,
  OutcomeFieldsResolver,
  OutcomeOfDetectionResolver,
  OutcomesOfImageResolver,
  OutcomesResolver,
} from './evaluation/outcomes.resolver';
import { CitationResolver } from './exports/citation.resolver';
import { ExportFieldsResolver, ExportsResolver } from './exports/exports.resolver';
import { JobFieldsResolver, JobsResolver } from './job/jobs.resolver';
import { OperationsResolver, StorageFieldsResolver } from './server/operations.resolver';
import { ServerInfoResolver } from './server/serverInfo.resolver';
import { WorkerBatchFieldsResolver, WorkersResolver } from './server/workers.resolver';
import {
  UploadDetectionFieldsResolver,
  UploadDetectionSliceFieldsResolver,
  UploadsResolver,
} from './upload/uploads.resolver';

const RESOLVERS: NonEmptyArray<new () => object> = [
  AcceptedTermsResolver,
  AccessResolver,
  ApiKeyFieldsResolver,
  ViewerFieldsResolver,
  CategorizationFieldsResolver,
  CategorizationsResolver,
  CitationResolver,
  CohortFieldsResolver,
  CohortsResolver,
  DatasetAccessResolver,
  DatasetDiffFieldsResolver,
  DatasetDiffResolver,
  LesionChangeResolver,
  HiddenSplitsResolver,
  DatasetFieldsResolver,
  DatasetsResolver,
  DeletionResolver,
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
  EvaluationAnalysisResolver,
  EvaluationCurvesResolver,
  MetricDifferencesResolver,
  EvaluationFieldsResolver,
  EvaluationsResolver,
  LeaderboardResolver,
  LeaderboardEntryResolver,
  ImageOutcomesResolver,
  OutcomeConnectionResolver,
  OutcomeFieldsResolver,
  OutcomeOfDetectionResolver,
  OutcomesOfImageResolver,
  OutcomesResolver,
  ExportFieldsResolver,
  ExportsResolver,
  FeatureMapResolver,
  ImageFieldsResolver,
  ImageOutcomeResolver,
  ImageSlicesResolver,
  ImagesResolver,
  JobFieldsResolver,
  JobsResolver,
  LesionFacetsResolver,
  LesionFieldsResolver,
  LesionStatisticsFieldsResolver,
  LesionsResolver,
  NodesResolver,
  OperationsResolver,
  StorageFieldsResolver,
  PatientFieldsResolver,
  PatientsResolver,
  PseudoClusterFieldsResolver,
  ReviewQueueResolver,
  RunImageFieldsResolver,
  RunSubmissionResolver,
  RunsOfImageResolver,
  SeriesFieldsResolver,
  ServerInfoResolver,
  SimilarLesionsResolver,
  StratumFieldsResolver,
  StudyFieldsResolver,
  SubmissionsResolver,
  WorkerBatchFieldsResolver,
  WorkersResolver,
  UploadDetectionFieldsResolver,
  UploadDetectionSliceFieldsResolver,
  UploadsResolver,
];

/**
 * Subscriptions follow the database, so that they cover the work of all processes; type-graphql requires a PubSub
 * nevertheless.
 */
const NO_TOPICS: PubSub = {
  publish() {
    throw new Error('No subscription has topics.');
  },
  subscribe() {
    throw new Error('No subscription has topics.');
  },
};

/** Builds the schema of the graph; it is stateless and serves all requests. */
export function buildSchema(): GraphQLSchema {
  // The rooms check the arguments; class-validator would load and traverse every input once more. The check that is
  // skipped asks the schema for all that it has, which is half of the time; test/graphql/schema.test.ts does it instead.
  const schema = buildSchemaSync({ resolvers: RESOLVERS, validate: false, pubSub: NO_TOPICS, skipCheck: true });
  return auditMutations(describeScopes(boundLists(refuseUnacceptedIds(checkReferences(schema)))));
}
