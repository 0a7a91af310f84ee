/** Everything that could tell of a private data set: queries, mutations and addresses, with the ids of both data sets. */
import { createHash } from 'node:crypto';
import { type GlobalKeys, type GlobalType, toGlobalId } from '../../src/globalId';
import { cookbook } from '../../src/graphql';
import { everyQuery } from '../graphql/everyQuery';
import { testSchema as schema } from '../graphql/testGraph';

/** A UUID of something that belongs to a data set, the same in every run of this test. */
export const uuidOf = (slug: string, what: string): string =>
  createHash('md5')
    .update(`${slug} ${what}`)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');

/** Ids of what a data set has after `fill`, known before there is anything. */
function idsOf(slug: string, fileName: string): Record<Exclude<GlobalType, 'Detector' | 'ApiKey'>, string> {
  const dataset = `${slug}@1`;
  const run = uuidOf(slug, 'run');
  const categorization = uuidOf(slug, 'categorization');
  const keys: Omit<GlobalKeys, 'Detector' | 'ApiKey'> = {
    Dataset: { dataset },
    Patient: { dataset, patientIndex: 1 },
    Study: { dataset, patientIndex: 1, studyIndex: 1 },
    Series: { dataset, patientIndex: 1, studyIndex: 1, seriesIndex: 1 },
    BookmarkedImage: { dataset, fileName },
    Lesion: { dataset, sourceRowIndex: 0 },
    Categorization: { uuid: categorization },
    PseudoCluster: { categorization, clusterIndex: 1 },
    Cohort: { uuid: uuidOf(slug, 'cohort') },
    Export: { uuid: uuidOf(slug, 'export') },
    DetectionRun: { uuid: run },
    Detection: { run, rank: 1, fileName },
    DetectionReview: { uuid: uuidOf(slug, 'review') },
    Evaluation: { uuid: uuidOf(slug, 'evaluation') },
  };
  const entries = Object.entries(keys).map(([type, key]) => [type, toGlobalId(type as GlobalType, key as never)]);
  return Object.fromEntries(entries);
}

export const SMALL = idsOf('small', '000001_01_01_001.png');
export const SECRET = idsOf('secret', '000001_01_010.png');

/** What tells of this machine or this moment, and of no data set, or needs `operate`. */
const OMITTED = new Set(['serverInfo', 'doctor', 'retention']);
const bothOf = (type: keyof typeof SMALL): string[] => [SMALL[type], SECRET[type]];
export const GRAVES = ['small', 'secret'].flatMap((slug) => [
  toGlobalId('DetectionRun', { uuid: uuidOf(slug, 'deleted run') }),
  toGlobalId('Dataset', { dataset: `${slug}@7` }),
]);

const submissionTo = (dataset: string): object => ({
  ...{ dataset, uploadId: 'A'.repeat(22), format: 'CSV', images: { listInFile: true } },
  detector: { name: 'x', version: '1.0.0' },
});

export const QUERIES = everyQuery(
  schema,
  {
    ...{ dataset: ['small', 'secret'], slug: ['small', 'secret', 'secret@1'], patientIndex: [1] },
    ...{ fileName: ['000001_01_01_001.png', '000001_01_010.png'], name: ['tiny-constant'], stratum: ['ALL'] },
    ...{ 'node.id': [...Object.values(SMALL), ...Object.values(SECRET), ...GRAVES] },
    ...{ 'nodes.ids': [[...Object.values(SMALL), ...Object.values(SECRET)]] },
    ...{ 'lesion.id': bothOf('Lesion'), 'categorization.id': bothOf('Categorization') },
    'cohort.id': bothOf('Cohort'),
    ...{ run: bothOf('DetectionRun'), evaluation: bothOf('Evaluation') },
    ...{ 'detectionRun.id': bothOf('DetectionRun'), 'evaluation.id': bothOf('Evaluation') },
    ...{ 'job.id': [...bothOf('DetectionRun'), ...bothOf('Categorization'), ...bothOf('Export')] },
    ...{ 'upload.id': ['A'.repeat(22)], 'uploadDetection.id': ['A'.repeat(22)] },
    'compareEvaluations.ids': [[SMALL.Evaluation], bothOf('Evaluation')],
    ...{ 'assertNoWorse.candidate': bothOf('Evaluation'), 'assertNoWorse.reference': bothOf('Evaluation') },
    ...{ margin: [0.1], metrics: [[{ kind: 'ACCURACY' }]] },
    strata: [[{ name: 'own', filter: {} }], [{ name: 'own', filter: { pseudoCluster: SECRET.PseudoCluster } }]],
    'validateSubmission.input': ['small', 'secret'].map(submissionTo),
    'estimateRun.input': ['small', 'secret'].map((dataset) => ({ dataset, detector: 'tiny-constant' })),
    ...{
      'filter.dataset': ['small', 'secret'],
      'filter.slug': [['secret']],
      'filter.pseudoCluster': bothOf('PseudoCluster'),
      'filter.cohort': bothOf('Cohort'),
    },
    ...{ 'citationOf.cohort': bothOf('Cohort'), 'citationOf.evaluations': [bothOf('Evaluation')] },
    ...{ 'datasetDiff.a': ['small', 'secret'], 'datasetDiff.b': ['small', 'secret'] },
    ...{ 'filter.run': bothOf('DetectionRun'), 'filter.categorization': bothOf('Categorization') },
    'lesionStatistics.groupBy': [['PSEUDO_CLUSTER'], ['COARSE_TYPE', 'SPLIT'], ['SEX']],
    ...{ iouThreshold: [0.5], id: [SMALL.DetectionRun], with: [SMALL.Categorization], other: [SMALL.Categorization] },
  },
  OMITTED,
);

/** What names the other data set in the input of each mutation that could. */
const INPUTS: Record<string, readonly object[]> = {
  acceptTerms: [{ dataset: 'secret', termsVersion: '1', name: 'x', affiliation: 'x', purpose: 'x' }],
  archiveDetector: [],
  cancelDetectionRun: [{ id: SECRET.DetectionRun }],
  cancelJob: [{ id: SECRET.DetectionRun }, { id: SECRET.Categorization }, { id: SECRET.Export }],
  categorizeLesions: [
    { dataset: 'secret', name: 'x', encoder: 'none' },
    { dataset: 'small', name: 'x', assignTo: SECRET.Categorization },
    { dataset: 'small', name: 'x', encoder: 'none', filter: { pseudoCluster: SECRET.PseudoCluster } },
  ],
  createCohort: [
    { dataset: 'secret', name: 'x' },
    { dataset: 'small', name: 'x', filter: { cohort: SECRET.Cohort } },
  ],
  createApiKey: [{ name: 'x', scopes: ['read'], datasets: ['secret'] }],
  createExport: [
    { dataset: 'secret', file: 'lesions', format: 'CSV' },
    { dataset: 'secret@1', file: 'none' },
    { dataset: 'small', file: 'lesions', format: 'CSV', filter: { cohort: SECRET.Cohort } },
    { run: SECRET.DetectionRun, file: 'detections', format: 'CSV' },
    { evaluation: SECRET.Evaluation, file: 'accuracy', format: 'CSV' },
  ],
  deleteCategorization: [{ id: SECRET.Categorization, reason: 'x', cascade: true }],
  deleteCohort: [{ id: SECRET.Cohort, reason: 'x' }],
  deleteDataset: [{ id: SECRET.Dataset, reason: 'x', cascade: true }],
  deleteDetectionRun: [{ id: SECRET.DetectionRun, reason: 'x', cascade: true }],
  detectInImage: [],
  evaluateDetectionRun: [
    { id: SECRET.DetectionRun },
    { id: SMALL.DetectionRun, strata: [{ name: 'own', filter: { pseudoCluster: SECRET.PseudoCluster } }] },
  ],
  labelPseudoCluster: [{ pseudoClusterId: SECRET.PseudoCluster, label: 'x' }],
  registerDetector: [],
  retryDetectionRun: [{ id: SECRET.DetectionRun }],
  reviewDetection: [{ detectionId: SECRET.Detection, verdict: 'LESION' }],
  revokeApiKey: [],
  rotateApiKey: [],
  runDetection: [
    { dataset: 'secret', detector: 'tiny-constant' },
    { dataset: 'secret@1', detector: 'none' },
    { dataset: 'small', detector: 'tiny-constant', imageIds: [SECRET.BookmarkedImage] },
    { dataset: 'small', detector: 'tiny-constant', filter: { dataset: 'secret' } },
    {
      ...{ dataset: 'small', detector: 'tiny-constant' },
      strata: [{ name: 'own', filter: { pseudoCluster: SECRET.PseudoCluster } }],
    },
  ],
  setDatasetVisibility: [{ dataset: 'secret', visibility: 'PUBLIC' }],
  setHiddenSplit: [{ dataset: 'secret', split: 'TEST', hidden: true }],
  submitDetections: [submissionTo('secret')],
  unarchiveDetector: [],
  updateDetectionRun: [{ id: SECRET.DetectionRun, name: 'x' }],
};
export const MUTATIONS = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name, args }) => {
  const inputs = INPUTS[name];
  if (!inputs) throw new Error(`How ${name} could tell of a private data set has to be thought of here.`);
  const query = `mutation ($input: ${args[0]?.type}) { ${name}(input: $input) { __typename } }`;
  return inputs.map((input, index) => ({ name: `${name} ${index}`, query, variables: { input } }));
});

/** What agents could ask: the recipes for each data set, and a query of ids. */
export const TOOL_CALLS = [
  ...['small', 'secret'].flatMap((slug) =>
    cookbook
      .filter(({ isTool }) => isTool)
      .map(({ name, variables }) => ({
        name,
        arguments: JSON.parse(JSON.stringify(variables).replaceAll('demo', slug)),
      })),
  ),
  {
    name: 'query',
    arguments: {
      query:
        'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } cohorts { nodes { id lesionCount } totalCount } }',
      variables: { ids: [...Object.values(SMALL), ...Object.values(SECRET), ...GRAVES] },
    },
  },
];
/** The message with which an agent calls a tool. */
export const messageOf = (call: (typeof TOOL_CALLS)[number]): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call });
export const AGENT_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

export const PATHS = [
  ...['small', 'secret'].flatMap((slug) => {
    const ids = slug === 'small' ? SMALL : SECRET;
    const { BookmarkedImage: image, PseudoCluster: cluster, DetectionRun: run, Evaluation: evaluation } = ids;
    const ofImage = [
      '.png',
      '.hu',
      '.npy',
      '.png?slice=-1',
      `.png?overlay=detections:${run}`,
      `.png?overlay=outcomes:${evaluation}`,
    ].map((end) => `/images/${image}${end}`);
    const exported = [
      ...['lesions.csv', 'DL_info.csv', 'coco.json', 'citation'].map((file) => `${slug}@1/${file}`),
      ...[`lesions.csv?filter=${encodeURIComponent(JSON.stringify({ cohort: ids.Cohort }))}`].map(
        (file) => `${slug}@1/${file}`,
      ),
      ...[`runs/${run}/detections.csv`, `runs/${run}/citation`],
      ...['accuracy.csv', 'outcomes.csv', 'outcomes.ndjson?iou=0.3', 'outcomes.parquet', 'citation'].map(
        (file) => `evaluations/${evaluation}/${file}`,
      ),
    ];
    return [...ofImage, `/clusters/${cluster}.png`, ...exported.map((path) => `/exports/${path}`)];
  }),
  `/images/${SMALL.BookmarkedImage}.png?overlay=detections:${SECRET.DetectionRun}`,
  `/images/${SMALL.BookmarkedImage}.png?overlay=outcomes:${SECRET.Evaluation}`,
  ...['/readyz', '/healthz', '/schema.graphql', `/uploads/${'A'.repeat(22)}`, '/nowhere'],
];
