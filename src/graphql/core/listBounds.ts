/**
 * The bounds of the plain lists in the graph. A list that may grow is a connection; these are short by nature, or were made so. Nobody
 * can lengthen one beyond its bound: a longer one is an error that names it, never a list that lacks something without a word.
 */
import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { QueryTooComplex } from '../../errors';
import { MAX_REVIEWS_OF_DETECTION } from '../../results';
import { isGraphContext } from './context';
import { LIMITS } from './limits';
import { MAX_PAGE_SIZE } from './pageArgs';

/** What is known of the length of one list. */
export interface ListBound {
  /** longer ones are refused */
  most: number;
  /** how long it is as a rule, for the price of a query; four unless given, and an argument `first` counts in its place */
  usual?: number;
  /** why it cannot be longer, or who sees to it */
  because: string;
}

const OF_DATA =
  'Rows of an imported data set: 1 to 3 in DeepLesion. Root queries list them in pages where there are more.';
const OF_CLUSTERS = 'A categorization has at most 1,000 pseudo-clusters (MAX_CLUSTERS).';
const OF_PROTOCOL = 'A protocol takes at most 100 thresholds and 20 topK beside its own (evaluationProtocol.ts).';
const OF_WARNINGS = 'Sentences that the server writes, one a kind of thing that it noticed.';
const OF_TYPES = 'There are nine coarse types and four splits.';
const OF_FIRST = 'The argument first has a limit.';
const OF_MANIFEST = 'A manifest is read by a schema, and its file has a bound.';

/** Every plain list of the schema has an entry; test/graphql/listBounds.test.ts finds one that lacks it. */
export const LIST_BOUNDS: ReadonlyMap<string, ListBound> = new Map<string, ListBound>([
  ['BookmarkedImage.lesions', { most: 1_000, because: OF_DATA }],
  ['BookmarkedImage.windows', { most: 100, because: 'Hounsfield windows of the source file.' }],
  ['Categorization.iterations', { most: 1_000, usual: 15, because: 'Rounds of a training, of a file with a bound.' }],
  ['Categorization.scan', { most: 1_000, usual: 10, because: 'Numbers of clusters that were tried.' }],
  ['Categorization.warnings', { most: 100, because: OF_WARNINGS }],
  ['CategorizationIteration.sizes', { most: 1_000, because: OF_CLUSTERS }],
  ['CategorizationQuality.sizes', { most: 1_000, because: OF_CLUSTERS }],
  ['CoarseTypeContingency.coarseTypes', { most: 20, because: OF_TYPES }],
  ['CoarseTypeContingency.rows', { most: 1_000, usual: 10, because: OF_CLUSTERS }],
  ['CoarseTypeContingencyRow.counts', { most: 20, because: OF_TYPES }],
  ['ContingencyRow.counts', { most: 1_000, because: OF_CLUSTERS }],
  ['ContingencyTable.columns', { most: 1_000, because: OF_CLUSTERS }],
  ['ContingencyTable.rows', { most: 1_000, usual: 10, because: OF_CLUSTERS }],
  [
    'Detection.reviews',
    { most: MAX_REVIEWS_OF_DETECTION, because: `${OF_FIRST} No more verdicts are taken (reviews.ts).` },
  ],
  ['Dataset.edits', { most: 100, usual: 10, because: 'The latest 100 are read (datasetTexts.ts).' }],
  ['Dataset.problems', { most: 100, because: OF_WARNINGS }],
  ['DetectionRun.evaluations', { most: 100, because: OF_FIRST }],
  ['DetectionRun.iouThresholds', { most: 100, because: OF_PROTOCOL }],
  ['DetectionRun.warnings', { most: 100, because: OF_WARNINGS }],
  ['Detector.classes', { most: 1_000, because: OF_MANIFEST }],
  ['Detector.latestAccuracies', { most: 1_000, because: 'One for each data set version that it was evaluated on.' }],
  ['DetectorInput.channels', { most: 100, because: OF_MANIFEST }],
  ['DetectorStatistics.speeds', { most: 100, because: 'One for each execution provider.' }],
  ['DiameterHistogram.counts', { most: 200, because: 'The argument bins has a limit.' }],
  ['DiameterHistogram.edges', { most: 201, because: 'The argument bins has a limit.' }],
  ['Evaluation.accuracyCurve', { most: 300, usual: 20, because: OF_PROTOCOL }],
  ['Evaluation.froc', { most: 100, usual: 10, because: 'At most 100 rates are taken.' }],
  ['Evaluation.precisionRecall', { most: 101, usual: 101, because: 'A recall in hundredths.' }],
  ['Evaluation.strata', { most: 1_100, usual: 50, because: OF_CLUSTERS }],
  ['EvaluationComparison.differences', { most: 5, because: 'At most six evaluations are compared.' }],
  ['EvaluationComparison.evaluations', { most: 6, because: 'At most six evaluations are compared.' }],
  ['EvaluationDifference.discordantLesions', { most: 500, because: OF_FIRST }],
  ['EvaluationDifference.points', { most: 300, usual: 20, because: OF_PROTOCOL }],
  ['EvaluationProtocol.averagePrecisionThresholds', { most: 100, because: OF_PROTOCOL }],
  ['EvaluationProtocol.frocThresholds', { most: 100, because: OF_PROTOCOL }],
  ['EvaluationProtocol.iouThresholds', { most: 300, because: OF_PROTOCOL }],
  ['EvaluationProtocol.topK', { most: 100, because: OF_PROTOCOL }],
  ['Lesion.similar', { most: 100, because: OF_FIRST }],
  ['Patient.studies', { most: 1_000, because: OF_DATA }],
  ['PseudoCluster.borderLesions', { most: 500, because: OF_FIRST }],
  ['PseudoCluster.coarseTypes', { most: 20, usual: 8, because: OF_TYPES }],
  ['PseudoCluster.splits', { most: 20, because: OF_TYPES }],
  ['PseudoCluster.typicalLesions', { most: 500, because: OF_FIRST }],
  [
    'Query.lesionStatistics',
    { most: 5_000, usual: 50, because: 'Groups of pseudo-clusters, types, splits and sexes.' },
  ],
  ['Query.nodes', { most: MAX_PAGE_SIZE, because: 'The argument ids has a limit.' }],
  ['Query.workers', { most: 1_000, usual: 20, because: 'Workers leave the list soon after they were seen last.' }],
  ['Series.images', { most: 1_000, because: OF_DATA }],
  ['ServerInfo.executionProviders', { most: 20, because: 'Those that ONNX Runtime has.' }],
  ['ServerInfo.machineExecutionProviders', { most: 20, because: 'Those that ONNX Runtime has.' }],
  ['ServerInfo.refusedModels', { most: 1_000, because: "Folders of the operator's own models." }],
  ['Stratum.accuracyCurve', { most: 300, usual: 20, because: OF_PROTOCOL }],
  ['Study.images', { most: 1_000, because: OF_DATA }],
  ['Study.series', { most: 1_000, because: OF_DATA }],
  ['Upload.removedTags', { most: 1_000, usual: 30, because: 'Tags of a closed list, and kinds of private ones.' }],
  ['Upload.sliceIndices', { most: 4_000, because: 'A zip has at most 4,000 files (uploads/limits.ts).' }],
  ['Upload.warnings', { most: 100, because: OF_WARNINGS }],
  ['Upload.windows', { most: 100, because: 'At most eight windows of a file are read.' }],
  ['UploadDetection.slices', { most: MAX_PAGE_SIZE, because: OF_FIRST }],
  ['UploadDetection.warnings', { most: 100, because: OF_WARNINGS }],
  ['UploadDetectionSlice.detections', { most: 1_000, usual: 20, because: 'maxDetectionsPerImage has a limit.' }],
  ['Worker.problems', { most: 100, because: OF_WARNINGS }],
]);

/** Lists of values up to this length are not counted: what they may add to an answer is little. */
const COUNTED_LENGTH = 100;
/** An answer may have as many items as were priced, and as many again where lists are longer than they are as a rule. */
const MAX_LISTED_FIELDS = 2 * LIMITS.complexity;

/** Holds every plain list of a schema against its bound while answers are made, and all lists of an answer against a bound of their own. */
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
export function isPlainList({ type }: Pick<GraphQLField<unknown, unknown>, 'type'>): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}

function boundField(field: GraphQLField<unknown, unknown>, name: string, most: number): void {
  // A resolver on a plain property costs the executor time at each object.
  if (!field.resolve && most <= COUNTED_LENGTH) return;
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (root, args, context, info) => {
    const made: unknown = resolve(root, args, context, info);
    if (made instanceof Promise) return made.then((list: unknown) => checked(list, name, most, context, info));
    return checked(made, name, most, context, info);
  };
}

/** @throws QueryTooComplex where the list is longer than it may be, or all lists of the answer are */
function checked(list: unknown, name: string, most: number, context: unknown, info: GraphQLResolveInfo): unknown {
  if (!Array.isArray(list)) return list;
  if (list.length > most)
    throw new QueryTooComplex(
      `Expected ${name} to have at most ${most} items, it has ${list.length}: ask for them in pages, by a query that lists them with a filter.`,
    );
  if (!isGraphContext(context)) return list;
  for (const node of info.fieldNodes) context.listedFields += list.length * fieldsOfItem(node, info.fragments);
  if (context.listedFields > MAX_LISTED_FIELDS)
    throw new QueryTooComplex(
      `Expected the lists of an answer to have at most ${MAX_LISTED_FIELDS} fields, they have more: ask for less, or in several requests.`,
    );
  return list;
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

const fieldCounts = new WeakMap<FieldNode, number>();

/** @returns how many fields an item of a list has, those of one item of each list inside it among them */
function fieldsOfItem(node: FieldNode, fragments: Fragments): number {
  const known = fieldCounts.get(node);
  if (known !== undefined) return known;
  const count = Math.max(1, fieldsOf(node.selectionSet, fragments));
  fieldCounts.set(node, count);
  return count;
}

function fieldsOf(set: SelectionSetNode | undefined, fragments: Fragments): number {
  let count = 0;
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FIELD) count += 1 + fieldsOf(selection.selectionSet, fragments);
    else if (selection.kind === Kind.INLINE_FRAGMENT) count += fieldsOf(selection.selectionSet, fragments);
    else count += fieldsOf(fragments[selection.name.value]?.selectionSet, fragments);
  }
  return count;
}
