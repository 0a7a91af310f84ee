import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { createKey } from '../../src/access';
import type { GlobalType } from '../../src/globalId';
import { evaluateRun } from '../../src/results';
import type { Services } from '../../src/services';
import { idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { seedCategorization, seedCohort, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testSchema as schema, testServices } from './testGraph';

/**
 * What needs a detector, an upload, a comparison or a filter at hand; test/detection, test/results, test/submissions, test/uploads
 * and test/results/curveAnalyses hold these.
 */
const ELSEWHERE = new Set([
  'DatasetDiff',
  'DetectInImageInput',
  'EvaluationComparison',
  'EvaluationDifference',
  'LeaderboardMetricInput',
  'RunDetectionInput',
  'StratumInput',
  'SubmitDetectionsInput',
  'UploadDetection',
  'UploadDetectionSlice',
]);

/** The values at the ends of what a description states, and those just beyond. */
interface Bounds {
  within: unknown[];
  beyond: unknown[];
}

/** Reads `0 to 500`, `1 to 200 characters`, `at most 5000 characters` in a description. */
function boundsOf({ description, type }: GraphQLArgument | GraphQLInputField): Bounds | undefined {
  const text = description ?? '';
  const inner = getNamedType(type).name;
  const list = isListType(isNonNullType(type) ? type.ofType : type);
  const as = (values: number[], of: (value: number) => unknown) =>
    values.map((value) => (list ? [of(value)] : of(value)));
  const range = /(?:^|[ :])(\d+(?:\.\d+)?) to (\d+(?:\.\d+)?)/.exec(text);
  const [low, high] = [Number(range?.[1]), Number(range?.[2])];
  if (inner === 'Int' && range) return { within: as([low, high], Number), beyond: as([low - 1, high + 1], Number) };
  // Thresholds are stated as those in addition to the usual ones.
  if (inner === 'Float' && range && !text.includes('in addition to'))
    return { within: as([low, high], Number), beyond: as([low - 0.001, high + 0.001], Number) };
  if (inner !== 'String') return undefined;
  const letters = (count: number) => 'x'.repeat(count);
  const most = Number(/(?:to|at most) (\d+) characters/.exec(text)?.[1]);
  return most ? { within: as([1, most], letters), beyond: as([most + 1], letters) } : undefined;
}

type Case = [title: string, name: string, source: string, value: unknown];
interface Cases {
  within: Case[];
  beyond: Case[];
}

const BELOW = (type: unknown): string => (isObjectType(type) ? '{ __typename }' : '');

/** How a field of a type is reached. */
function queryOf(type: GraphQLObjectType, asked: string, variable: string): string {
  if (type === schema.getQueryType()) return `query Q(${variable}) { ${asked} }`;
  if (type.name === 'DiameterStatistics')
    return `query Q(${variable}) { lesionStatistics { longDiameterMm { ${asked} } } }`;
  return `query Q(${variable}, $host: ID!) { node(id: $host) { ... on ${type.name} { ${asked} } } }`;
}

function addCases(
  cases: Cases,
  title: string,
  name: string,
  source: string,
  bounds: Bounds,
  wrap = (value: unknown) => value,
) {
  for (const kind of ['within', 'beyond'] as const)
    for (const value of bounds[kind])
      cases[kind].push([`${title}: ${JSON.stringify(value).slice(0, 20)}`, name, source, wrap(value)]);
}

/**
 * Of every argument, every field of a filter and every field of an input of a mutation whose description states bounds.
 */
function casesOf(): Cases {
  const cases: Cases = { within: [], beyond: [] };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || ELSEWHERE.has(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) {
        const inner: GraphQLInputType = getNamedType(argument.type);
        const [also, alsoOf] = ALSO[`${type.name}.${field.name}`] ?? ALSO[field.name] ?? [];
        const others = also === undefined ? '' : `, ${also}: $also${alsoOf}`;
        const variable = `$value: ${String(argument.type).replace(/!$/, '')}!${others && `, $also${alsoOf}: ID!`}`;
        const below = BELOW(getNamedType(field.type));
        if (isInputObjectType(inner)) {
          if (ELSEWHERE.has(inner.name)) continue;
          const source =
            type === schema.getMutationType()
              ? `mutation M(${variable}) { ${field.name}(${argument.name}: $value) ${below} }`
              : queryOf(type, `${field.name}(${argument.name}: $value${others}) ${below}`, variable);
          for (const member of Object.values(inner.getFields())) {
            const bounds = boundsOf(member);
            const wrap = (value: unknown) => ({ ...BASES[inner.name], [member.name]: value });
            if (bounds) addCases(cases, `${type.name}.${field.name} ${member.name}`, member.name, source, bounds, wrap);
          }
        } else {
          const bounds = boundsOf(argument);
          const source = queryOf(type, `${field.name}(${argument.name}: $value${others}) ${below}`, variable);
          if (bounds) addCases(cases, `${type.name}.${field.name} ${argument.name}`, argument.name, source, bounds);
        }
      }
    }
  }
  return cases;
}

/** What fields need beside: an argument, and the type whose id it takes. */
const ALSO: Record<string, readonly [argument: string, type: string]> = {
  reviewQueue: ['run', 'DetectionRun'],
  reviewedDetections: ['run', 'DetectionRun'],
  imageOutcome: ['imageId', 'BookmarkedImage'],
  'BookmarkedImage.outcomes': ['evaluation', 'Evaluation'],
  'Detection.outcome': ['evaluation', 'Evaluation'],
};

/** What the inputs of mutations need beside; ids are filled in once the rows are there. */
const BASES: Record<string, Record<string, unknown>> = {
  AcceptTermsInput: { dataset: 'seed', termsVersion: '1', name: 'x', affiliation: 'x', purpose: 'x' },
  CreateCohortInput: { dataset: 'seed', name: 'new' },
  CreateApiKeyInput: { name: 'somebody', role: 'reader' },
  CreateExportInput: { dataset: 'seed', file: 'nothing' },
  DeletionInput: { dryRun: true },
  CategorizeLesionsInput: { dataset: 'seed', name: 'new', encoder: 'none' },
  EvaluateDetectionRunInput: {},
  LabelPseudoClusterInput: {},
  ReviewDetectionInput: { verdict: 'LESION', reviewer: 'somebody' },
  RotateApiKeyInput: {},
  SetHiddenSplitInput: { dataset: 'seed', split: 'TEST', hidden: true },
};

const hosts = new Map<string, string>();
let test: TestDatabase;
let run: RunQuery;
beforeAll(async () => {
  test = await createTestDatabase();
  const config = { modelsDir: '/nowhere/models', dataDir: '/nowhere' } as Services['config'];
  run = graphOf(testServices(test.database, { config }));
  const datasetId = await seedDataset(test.database, { patients: 3 });
  const categorizationId = await seedCategorization(test.database, datasetId);
  const { runId } = await makeRun(test.database, [
    { patient: 1, lesions: [{ box: [10, 10, 40, 40] }], detections: [{ box: [10, 10, 40, 40], score: 0.9 }] },
  ]);
  await createKey(test.database, { name: 'rotated', scopes: ['read'] }, null);
  for (const [type, table] of Object.entries({
    ApiKey: 'api_key',
    Patient: 'patient',
    PseudoCluster: 'pseudo_cluster',
    Lesion: 'lesion',
    BookmarkedImage: 'bookmarked_image',
    Detection: 'detection',
  } as const)) {
    const [row] = await test.database.query<{ id: number }>({ text: `SELECT id FROM ${table} ORDER BY id LIMIT 1` });
    hosts.set(type, await idOfRow(test.database, type as GlobalType, row?.id ?? 0));
  }
  hosts.set('Dataset', await idOfRow(test.database, 'Dataset', datasetId));
  hosts.set('Categorization', await idOfRow(test.database, 'Categorization', categorizationId));
  hosts.set('Cohort', await idOfRow(test.database, 'Cohort', await seedCohort(test.database, datasetId)));
  hosts.set('DetectionRun', await idOfRow(test.database, 'DetectionRun', runId));
  const { id: evaluationId } = await evaluateRun(test.database, runId, { resamples: 100 });
  hosts.set('Evaluation', await idOfRow(test.database, 'Evaluation', evaluationId));
});
afterAll(() => test.drop());

async function refusedArguments(title: string, source: string, value: unknown): Promise<(string | undefined)[]> {
  const type = title.split('.', 1)[0] ?? '';
  const ids: Record<string, object> = {
    evaluateDetectionRun: { id: hosts.get('DetectionRun') },
    retryDetectionRun: { id: hosts.get('DetectionRun') },
    rotateApiKey: { id: hosts.get('ApiKey') },
    updateDetectionRun: { id: hosts.get('DetectionRun') },
    deleteDetectionRun: { id: hosts.get('DetectionRun') },
    deleteCategorization: { id: hosts.get('Categorization') },
    deleteCohort: { id: hosts.get('Cohort') },
    deleteDataset: { id: hosts.get('Dataset') },
    labelPseudoCluster: { pseudoClusterId: hosts.get('PseudoCluster') },
    reviewDetection: { detectionId: hosts.get('Detection') },
  };
  const field = /^Mutation\.(\w+)/.exec(title)?.[1] ?? '';
  const full = ids[field] ? { ...ids[field], ...Object(value) } : value;
  const host = source.includes('$host') ? { host: hosts.get(type) } : {};
  const also = /\$also(\w+)/.exec(source)?.[1];
  const { errors } = await run(source, { value: full, ...host, ...(also && { [`also${also}`]: hosts.get(also) }) });
  const causes = errors.map(
    (error) => error.originalError as (Error & { code?: string; argument?: string }) | undefined,
  );
  for (const [index, cause] of causes.entries())
    if (cause?.code === undefined) throw new Error(`${title} fails in another way: ${errors[index]?.message}`);
  return causes.filter((cause) => cause?.code === 'BAD_USER_INPUT').map((cause) => cause?.argument);
}

const { within, beyond } = casesOf();

describe('the bounds that the schema states', () => {
  it('are many', () => expect(beyond.length).toBeGreaterThan(50));

  it.each(beyond)('refuse %s', async (title, name, source, value) => {
    expect(await refusedArguments(title, source, value)).toEqual([name]);
  });

  it.each(within)('allow %s', async (title, name, source, value) => {
    expect(await refusedArguments(title, source, value)).not.toContain(name);
  });
});
