/**
 * The maximum lengths of the plain lists of the graph. A list that can grow is a connection; these lists are short by
 * nature or limited elsewhere. A list that exceeds its bound is an error that names it, and is never truncated
 * silently.
 */
import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { QueryTooComplex } from '../../errors';
import { FROC_RATES } from '../../evaluation';
import { MAX_REVIEWS_OF_DETECTION } from '../../results';
import { isGraphContext } from './context';
import { LIMITS } from './limits';
import { MAX_PAGE_SIZE } from './pageArgs';

/** What is known about the length of one list. */
export interface ListBound {
  /** longer lists are refused */
  most: number;
  /**
   * The usual length for the complexity of a query. It is required for a list of objects without an argument `first`
   * or `ids`; a list of scalars counts as one field.
   */
  usual?: number;
  /** an argument whose items correspond to the items of this list; `usual` counts if it is omitted */
  oneForEach?: string;
  /** whether `oneForEach` is an argument of the field that returned the parent */
  ofParent?: boolean;
  /** why it cannot be longer, or which part ensures it */
  because: string;
}

const OF_DATA = 'Rows of an imported data set: 1 to 3 in DeepLesion. Root queries list longer ones in pages.';
const OF_CLUSTERS = 'A categorization has at most 1,000 pseudo-clusters (MAX_CLUSTERS).';
const OF_PROTOCOL =
  'A protocol takes at most 100 thresholds and 20 topK in addition to its own (evaluationProtocol.ts).';
const OF_WARNINGS = 'Messages that the server writes, one per kind of event.';
const OF_TYPES = 'There are nine coarse types and four splits.';
const OF_FIRST = 'The argument first has a limit.';
const OF_MANIFEST = 'The schema of a manifest and the size of its file are limited.';

const bounds = new Map<string, ListBound>([
  ['BookmarkedImage.lesions', { most: 1_000, usual: 4, because: OF_DATA }],
  ['BookmarkedImage.windows', { most: 100, usual: 4, because: 'Hounsfield windows of the source file.' }],
  ['Categorization.executionProviders', { most: 20, because: 'The execution providers that ONNX Runtime has.' }],
  [
    'Categorization.iterations',
    { most: 1_000, usual: 15, because: 'Iterations of a training, from a file of limited size.' },
  ],
  ['Categorization.scan', { most: 1_000, usual: 10, because: 'Numbers of clusters that were tried.' }],
  ['Categorization.warnings', { most: 100, because: OF_WARNINGS }],
  ['CategorizationIteration.sizes', { most: 1_000, because: OF_CLUSTERS }],
  ['CategorizationQuality.sizes', { most: 1_000, because: OF_CLUSTERS }],
  ['CoarseTypeContingency.coarseTypes', { most: 20, because: OF_TYPES }],
  ['CoarseTypeContingency.rows', { most: 1_000, usual: 10, because: OF_CLUSTERS }],
  ['CoarseTypeContingencyRow.counts', { most: 20, because: OF_TYPES }],
  ['ContingencyRow.counts', { most: 1_000, because: OF_CLUSTERS }],
  ['ContingencyTable.columns', { most: 1_000, usual: 10, because: OF_CLUSTERS }],
  ['ContingencyTable.rows', { most: 1_000, usual: 10, because: OF_CLUSTERS }],
  [
    'Detection.reviews',
    { most: MAX_REVIEWS_OF_DETECTION, because: `${OF_FIRST} No more verdicts are accepted (reviews.ts).` },
  ],
  ['Dataset.edits', { most: 100, usual: 10, because: 'Only the latest 100 are read (datasetTexts.ts).' }],
  ['Dataset.problems', { most: 100, because: OF_WARNINGS }],
  ['DetectionRun.evaluations', { most: 100, because: OF_FIRST }],
  ['DetectionRun.executionProviders', { most: 20, because: 'The execution providers that ONNX Runtime has.' }],
  ['DetectionRun.iouThresholds', { most: 100, because: OF_PROTOCOL }],
  ['DetectionRun.tags', { most: 50, because: 'updateDetectionRun takes at most 50 (updateRun.ts).' }],
  ['DetectionRun.warnings', { most: 100, because: OF_WARNINGS }],
  ['Detector.classes', { most: 1_000, because: OF_MANIFEST }],
  ['Detector.trainedOn', { most: 20, usual: 1, because: OF_MANIFEST }],
  ['TrainingPart.splits', { most: 4, usual: 1, because: OF_MANIFEST }],
  [
    'Detector.latestAccuracies',
    { most: 1_000, usual: 4, because: 'One per data set version on which it was evaluated.' },
  ],
  ['DetectorInput.channels', { most: 100, usual: 4, because: OF_MANIFEST }],
  ['DetectorStatistics.speeds', { most: 100, usual: 4, because: 'One per execution provider.' }],
  ['DiameterHistogram.counts', { most: 200, because: 'The argument bins has a limit.' }],
  ['DiameterHistogram.edges', { most: 201, because: 'The argument bins has a limit.' }],
  [
    'Evaluation.froc',
    {
      most: 100,
      usual: FROC_RATES.length,
      oneForEach: 'falsePositivesPerImage',
      because: 'At most 100 rates are accepted.',
    },
  ],
  ['Evaluation.precisionRecall', { most: 101, usual: 101, because: 'One point per hundredth of recall.' }],
  ['Evaluation.strata', { most: 1_100, usual: 50, because: OF_CLUSTERS }],
  ['EvaluationDifference.discordantLesions', { most: 500, because: OF_FIRST }],
  ['EvaluationDifference.points', { most: 300, usual: 20, because: OF_PROTOCOL }],
  ['EvaluationProtocol.averagePrecisionThresholds', { most: 100, because: OF_PROTOCOL }],
  ['EvaluationProtocol.frocThresholds', { most: 100, because: OF_PROTOCOL }],
  ['EvaluationProtocol.iouThresholds', { most: 300, because: OF_PROTOCOL }],
  ['EvaluationProtocol.topK', { most: 100, because: OF_PROTOCOL }],
  ['Lesion.similar', { most: 100, because: OF_FIRST }],
  ['Patient.studies', { most: 1_000, usual: 4, because: OF_DATA }],
  ['PseudoCluster.borderLesions', { most: 500, because: OF_FIRST }],
  ['PseudoCluster.coarseTypes', { most: 20, usual: 9, because: OF_TYPES }],
  ['PseudoCluster.splits', { most: 20, usual: 4, because: OF_TYPES }],
  ['PseudoCluster.typicalLesions', { most: 500, because: OF_FIRST }],
  [
    'Query.lesionStatistics',
    { most: 5_000, usual: 50, because: 'Groups of pseudo-clusters, types, splits and sexes.' },
  ],
  ['Query.nodes', { most: MAX_PAGE_SIZE, because: 'The argument ids has a limit.' }],
  ['Query.workers', { most: 1_000, usual: 20, because: 'Workers leave the list soon after they were last seen.' }],
  ['Series.images', { most: 1_000, usual: 4, because: OF_DATA }],
  ['ServerInfo.executionProviders', { most: 20, because: 'The execution providers that ONNX Runtime has.' }],
  [
    'ServerInfo.machineExecutionProviders',
    { most: 20, usual: 4, because: 'The execution providers that ONNX Runtime has.' },
  ],
  ['ServerInfo.windowPresets', { most: 100, usual: 9, because: 'Presets of the code (imaging/window.ts).' }],
  ['ServerInfo.refusedModels', { most: 1_000, usual: 4, because: "Folders of the operator's own models." }],
  ['Study.images', { most: 1_000, usual: 4, because: OF_DATA }],
  ['Study.series', { most: 1_000, usual: 4, because: OF_DATA }],
  ['Upload.removedTags', { most: 1_000, usual: 30, because: 'Tags of a closed list, and kinds of private tags.' }],
  ['Upload.sliceIndices', { most: 4_000, because: 'A zip has at most 4,000 files (uploads/limits.ts).' }],
  ['Upload.warnings', { most: 100, because: OF_WARNINGS }],
  ['Upload.windows', { most: 100, usual: 4, because: 'At most eight windows of a file are read.' }],
  ['UploadDetection.executionProviders', { most: 20, because: 'The execution providers that ONNX Runtime has.' }],
  ['UploadDetection.slices', { most: MAX_PAGE_SIZE, because: OF_FIRST }],
  ['UploadDetection.warnings', { most: 100, because: OF_WARNINGS }],
  ['UploadDetectionSlice.detections', { most: 1_000, usual: 20, because: 'maxDetectionsPerImage has a limit.' }],
  ['Worker.executionProviders', { most: 20, because: 'The execution providers that ONNX Runtime has.' }],
  ['Worker.problems', { most: 100, because: OF_WARNINGS }],
]);

/** Every plain list of the schema has an entry; test/graphql/listBounds.test.ts finds missing ones. */
export const LIST_BOUNDS: ReadonlyMap<string, ListBound> = bounds;

/**
 * Declares the bound of a list beside its resolver.
 *
 * @param key `Type.field`
 */
export function declareList(key: string, bound: ListBound): void {
  bounds.set(key, bound);
}

/** Lists of scalars up to this length are not counted, because they add little to a response. */
const COUNTED_LENGTH = 100;
/** A list within the bounds may be longer than usual; the number of stored rows is exact. */
export const MAX_LISTED_FIELDS = LIMITS.storedComplexity;

/**
 * Checks every plain list of a schema against its bound during execution, and all lists of a response against a
 * common bound.
 */
export function boundLists(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const bound = LIST_BOUNDS.get(`${type.name}.${field.name}`);
      if (bound && isPlainList(field)) boundField(field, `${type.name}.${field.name}`, bound.most);
    }
  }
  return schema;
}

/** @returns whether a field is a list, nullable or not */
export function isPlainList({ type }: { type: GraphQLOutputType }): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function boundField(field: GraphQLField<unknown, unknown>, name: string, most: number): void {
  // A resolver on a plain property takes the executor time for each object.
  if (!field.resolve && most <= COUNTED_LENGTH) return;
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (root, args, context, info) => {
    const made: unknown = resolve(root, args, context, info);
    if (made instanceof Promise) return made.then((list: unknown) => checked(list, name, most, context, info));
    return checked(made, name, most, context, info);
  };
}

/** @returns whether a plain list has the resolver of `boundField` */
function isCountedList(name: string, field: { type: GraphQLOutputType; resolve?: unknown }): boolean {
  return LIST_BOUNDS.has(name) && isPlainList(field) && field.resolve !== undefined;
}

/** @throws QueryTooComplex if the list or all lists of the response exceed their bound */
function checked(list: unknown, name: string, most: number, context: unknown, info: GraphQLResolveInfo): unknown {
  if (!Array.isArray(list)) return list;
  if (list.length > most)
    throw new QueryTooComplex(
      `Expected ${name} to have at most ${most} items, got ${list.length}: request them in pages, with ` +
        'a query that lists them with a filter.',
    );
  if (!isGraphContext(context)) return list;
  for (const node of info.fieldNodes) context.listedFields += list.length * fieldsOfItem(node, info);
  if (context.listedFields > MAX_LISTED_FIELDS)
    throw new QueryTooComplex(
      `Expected the lists of a response to have at most ${MAX_LISTED_FIELDS} fields, got more: request ` +
        'less, or use several requests.',
    );
  return list;
}

type ItemInfo = Pick<GraphQLResolveInfo, 'fragments' | 'returnType' | 'schema'>;

const fieldCounts = new WeakMap<FieldNode, number>();

/**
 * @returns the number of fields of a list item, the maximum for an abstract type; nested lists that are counted
 *   themselves count as one each
 */
function fieldsOfItem(node: FieldNode, info: ItemInfo): number {
  const known = fieldCounts.get(node);
  if (known !== undefined) return known;
  const count = Math.max(1, fieldsOf(node.selectionSet, getNamedType(info.returnType), info));
  fieldCounts.set(node, count);
  return count;
}

function fieldsOf(set: SelectionSetNode | undefined, type: GraphQLNamedType | undefined, info: ItemInfo): number {
  let count = 0;
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FIELD) {
      const field = isObjectType(type) ? type.getFields()[selection.name.value] : undefined;
      const inner = field && getNamedType(field.type);
      const isCounted = field && isCountedList(`${type?.name}.${field.name}`, field);
      count += 1 + (isCounted ? 0 : fieldsOf(selection.selectionSet, inner, info));
      continue;
    }
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    count += fieldsOf(fragment?.selectionSet, condition === undefined ? type : info.schema.getType(condition), info);
  }
  return count;
}
