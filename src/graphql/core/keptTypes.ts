/**
 * What the answer of a document rests on. An answer may be kept only if all of it is in the tables whose changes are counted
 * (database/dataChanges.ts). What is not named here is not kept: what depends on the clock, the disk, the queue or the caller,
 * and every type that is new.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  isCompositeType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { DataStamp } from '../../database';

/** `data`: on nothing that runs write of each image; `all`: on that too. */
export type RestsOn = keyof DataStamp;

/** Root fields that read the watched tables alone. */
const ROOT_FIELDS: ReadonlySet<string> = new Set([
  ...['bookmarkedImage', 'bookmarkedImages', 'categorization', 'categorizations', 'compareEvaluations', 'dataset'],
  ...['datasets', 'detectionRun', 'detectionRuns', 'detector', 'detectors', 'evaluation', 'evaluations', 'lesion'],
  ...['lesionFacets', 'lesionHistograms', 'lesions', 'lesionStatistics', 'node', 'nodes', 'patient', 'patients'],
  ...['pseudoClusters', 'studies'],
]);

/** Types whose fields rest on data sets, categorizations, detectors, runs as a whole, evaluations and reviews. */
const DATA_TYPES: ReadonlySet<string> = new Set([
  ...[
    'Dataset',
    'DatasetCounts',
    'DatasetEdit',
    'Patient',
    'Study',
    'Series',
    'BookmarkedImage',
    'Lesion',
    'Axis',
    'Point',
  ],
  ...['BoundingBox', 'HounsfieldWindow', 'NormalizedLocation', 'AgeBand', 'DiameterHistogram', 'DiameterStatistics'],
  ...['DiameterSummary', 'LesionFacet', 'LesionFacetBucket', 'LesionHistogram', 'LesionStatistics', 'SimilarLesion'],
  ...[
    'Categorization',
    'CategorizationIteration',
    'CategorizationQuality',
    'CategorizationScan',
    'CoarseTypeAgreement',
  ],
  ...['CoarseTypeContingency', 'CoarseTypeContingencyRow', 'CoarseTypeShare', 'ContingencyRow', 'ContingencyTable'],
  ...['CoordinateSummary', 'Encoder', 'LocationSummary', 'PseudoCluster', 'SplitShare'],
  ...['Detector', 'DetectorAccuracy', 'DetectorChannel', 'DetectorDefaults', 'DetectorInput', 'DetectionRun'],
  ...['AccuracyDifference', 'AccuracyPoint', 'BackgroundVerdicts', 'DiscordantLesion', 'ErrorCost', 'ErrorReport'],
  ...['EvaluatedPopulation', 'Evaluation', 'EvaluationComparison', 'EvaluationDifference', 'EvaluationProtocol'],
  ...[
    'FrocPoint',
    'Interval',
    'OperatingCurvePoint',
    'OperatingPoint',
    'PrecisionRecallPoint',
    'Provenance',
    'Stratum',
  ],
  'PageInfo',
]);

/** Types whose fields rest on what runs write of each image. */
const PROGRESS_TYPES: ReadonlySet<string> = new Set(['Detection', 'DetectionRunProgress', 'DetectionReview']);

/** Fields of those types that change by themselves, with the folder of images, the queue, or the time. */
const CHANGING_FIELDS: ReadonlySet<string> = new Set([
  ...['BookmarkedImage.hasPixels', 'BookmarkedImage.huUrl', 'BookmarkedImage.slices', 'BookmarkedImage.url'],
  ...[
    'Categorization.estimatedEndAt',
    'Categorization.queuePosition',
    'Dataset.hiddenSplits',
    'Dataset.problems',
    'Dataset.terms',
  ],
  ...['DetectionRun.estimatedEndAt', 'DetectionRun.queuePosition', 'DetectionRun.webhook', 'Detector.notReadyReason'],
  ...[
    'Detector.ready',
    'Lesion.url',
    'PseudoCluster.montageUrl',
    'Categorization.featureMap',
    'Categorization.webhook',
  ],
]);

/** Fields of data types whose values rest on what runs write of each image. */
const PROGRESS_FIELDS: ReadonlySet<string> = new Set([
  ...['DetectionRun.changedImageCount', 'DetectionRun.completeness'],
  // Computed from the stored boxes.
  ...[
    'Evaluation.averagePrecisionInterval',
    'Evaluation.errors',
    'Evaluation.operatingCurve',
    'Evaluation.operatingPoint',
  ],
  ...['Evaluation.precisionRecall', 'EvaluationComparison.differences', 'EvaluationDifference.discordantLesions'],
]);

/** Lists of nodes and their edges rest on what their nodes rest on. */
const nodeTypeOf = (type: string): string => type.replace(/(?:Connection|Edge)$/, '');

/**
 * @returns a function that tells what the answers of a document rest on: undefined if they must not be kept. Documents are
 *   remembered
 */
export function createRests(schema: GraphQLSchema): (document: DocumentNode) => RestsOn | undefined {
  const known = new WeakMap<DocumentNode, { on: RestsOn | undefined }>();
  return (document) => {
    const found = known.get(document) ?? { on: restsOf(schema, document) };
    known.set(document, found);
    return found.on;
  };
}

function restsOf(schema: GraphQLSchema, document: DocumentNode): RestsOn | undefined {
  // With several operations it depends on the request which of them runs.
  if (getOperationAST(document)?.operation !== 'query') return undefined;
  const types = new TypeInfo(schema);
  let on: RestsOn | undefined = 'data';
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name: { value: field } }) {
        const parent = types.getParentType()?.name ?? '';
        const rests = restsOfField(parent, field);
        if (rests === undefined) on = undefined;
        else if (on !== undefined && rests === 'all') on = 'all';
      },
    }),
  );
  return on;
}

function restsOfField(parent: string, field: string): RestsOn | undefined {
  if (parent === 'Query') return ROOT_FIELDS.has(field) ? 'data' : undefined;
  const coordinate = `${parent}.${field}`;
  if (CHANGING_FIELDS.has(coordinate)) return undefined;
  const type = nodeTypeOf(parent);
  if (PROGRESS_TYPES.has(type) || PROGRESS_FIELDS.has(coordinate)) return 'all';
  return DATA_TYPES.has(type) ? 'data' : undefined;
}

/** @returns the coordinates above that a schema does not have, of which there must be none */
export function unknownCoordinates(schema: GraphQLSchema): string[] {
  const fieldsOf = (name: string) => {
    const type = schema.getType(name);
    return type && isCompositeType(type) && 'getFields' in type ? type.getFields() : undefined;
  };
  const coordinates = [...CHANGING_FIELDS, ...PROGRESS_FIELDS, ...[...ROOT_FIELDS].map((field) => `Query.${field}`)];
  return [
    ...[...DATA_TYPES, ...PROGRESS_TYPES].filter((name) => !fieldsOf(name)),
    ...coordinates.filter((coordinate) => {
      const [type = '', field = ''] = coordinate.split('.');
      return !fieldsOf(type)?.[field];
    }),
  ];
}
