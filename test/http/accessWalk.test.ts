import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type GraphQLField, getNamedType, isInputObjectType, isNonNullType } from 'graphql';
import {
  HTTP_ROUTES,
  isListed,
  MUTATIONS,
  printAccessPage,
  ROLE_NAMES,
  type Rule,
  ruleOfField,
  ruleOfRoute,
  SUBSCRIPTIONS,
} from '../../src/access';
import { idOfNothing } from '../globalIds';
import { testSchema as schema } from '../graphql/testGraph';
import { type AccessBed, codeOf, rowCounts, startAccessBed } from './accessBed';

const ROOT = resolve(__dirname, '../..');

/** One thing that a caller may try. */
interface Attempt {
  rule: Rule;
  send(headers: Record<string, string>): Promise<Response>;
}

let bed: AccessBed;
beforeAll(async () => {
  bed = await startAccessBed();
});
afterAll(() => bed.stop());

/** The server starts after the cases are listed. */
const post: AccessBed['post'] = (...request) => bed.post(...request);

/** Inputs that are well formed and name nothing that is there, so that what is allowed changes nothing either. */
const INPUTS: Record<string, object> = {
  acceptTerms: { dataset: 'none', termsVersion: '1', name: 'x', affiliation: 'x', purpose: 'x' },
  archiveDetector: { id: idOfNothing('Detector') },
  cancelDetectionRun: { id: idOfNothing('DetectionRun') },
  cancelJob: { id: idOfNothing('DetectionRun') },
  categorizeLesions: { dataset: 'none', name: 'x', encoder: 'none' },
  createCohort: { dataset: 'none', name: 'x' },
  createApiKey: { name: 'x', scopes: ['none'] },
  createExport: { dataset: 'none', file: 'lesions', format: 'CSV' },
  deleteCategorization: { id: idOfNothing('Categorization'), reason: 'a test' },
  deleteCohort: { id: idOfNothing('Cohort'), reason: 'a test' },
  deleteDataset: { id: idOfNothing('Dataset'), reason: 'a test' },
  deleteDetectionRun: { id: idOfNothing('DetectionRun'), reason: 'a test' },
  detectInImage: { detector: 'none', upload: 'A'.repeat(22) },
  evaluateDetectionRun: { id: idOfNothing('DetectionRun') },
  labelPseudoCluster: { pseudoClusterId: idOfNothing('PseudoCluster') },
  registerDetector: { uploadId: 'A'.repeat(22) },
  retryDetectionRun: { id: idOfNothing('DetectionRun') },
  reviewDetection: { detectionId: idOfNothing('Detection'), verdict: 'LESION' },
  revokeApiKey: { id: idOfNothing('ApiKey') },
  rotateApiKey: { id: idOfNothing('ApiKey') },
  runDetection: { detector: 'none', dataset: 'none' },
  setDatasetVisibility: { dataset: 'none', visibility: 'PRIVATE' },
  setHiddenSplit: { dataset: 'none', split: 'TEST', hidden: true },
  submitDetections: {
    ...{ dataset: 'none', uploadId: 'A'.repeat(22), format: 'CSV', images: { listInFile: true } },
    detector: { name: 'x', version: '1.0.0' },
  },
  unarchiveDetector: { id: idOfNothing('Detector') },
  updateDetectionRun: { id: idOfNothing('DetectionRun'), name: 'x' },
};
const PLACES: Record<string, string> = {
  'GET /images': '/images/x.png',
  'GET /clusters': '/clusters/x.png',
  'GET /exports': '/exports/none@1/lesions.csv',
  'GET /uploads': `/uploads/${'A'.repeat(22)}`,
  'DELETE /uploads': `/uploads/${'A'.repeat(22)}`,
};

function attemptsOf(): [name: string, attempt: Attempt][] {
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).map(
    ({ name, args }): [string, Attempt] => {
      const [{ type } = { type: 'none' }] = args;
      const query = `mutation ($input: ${type}) { ${name}(input: $input) { __typename } }`;
      const input = INPUTS[name];
      if (!input) throw new Error(`A new mutation has to be thought of here: ${name}.`);
      return [
        name,
        { rule: ruleOfField('mutation', name), send: (headers) => post('/graphql', headers, query, { input }) },
      ];
    },
  );
  const subscriptions = Object.values(schema.getSubscriptionType()?.getFields() ?? {}).map(
    (field): [string, Attempt] => {
      const query = `subscription { ${field.name}${argumentsOf(field)} { __typename } }`;
      const stream = { accept: 'text/event-stream' };
      const send: Attempt['send'] = (headers) => post('/graphql/stream', { ...stream, ...headers }, query);
      return [field.name, { rule: ruleOfField('subscription', field.name), send }];
    },
  );
  const routes = HTTP_ROUTES.flatMap(({ path, methods }) =>
    Object.keys(methods).flatMap((method): [string, Attempt][] => {
      const rule = ruleOfRoute(path, method);
      const name = `${method} ${path}`;
      const at = addressOf(PLACES[name] ?? path);
      const send: Attempt['send'] = (headers) =>
        fetch(at(), { method, headers, redirect: 'manual', body: method === 'PUT' ? 'no image' : undefined });
      return typeof rule === 'string' ? [] : [[name, { rule, send }]];
    }),
  );
  return [...mutations, ...subscriptions, ...routes];
}
const addressOf = (path: string) => () => bed.url + path;

const argumentsOf = ({ args }: GraphQLField<unknown, unknown>): string => {
  const needed = args.filter(({ type }) => isNonNullType(type) && !isInputObjectType(getNamedType(type)));
  return needed.length > 0
    ? `(${needed.map(({ name }) => `${name}: "${idOfNothing('DetectionRun')}"`).join(', ')})`
    : '';
};

async function countEvents(): Promise<number> {
  await bed.audit.settle();
  return bed.runs.database.prisma.auditEvent.count();
}

describe.each(attemptsOf())('%s', (action, { rule, send }) => {
  it.each(['stranger', ...ROLE_NAMES])('is for a %s what the table says', async (name) => {
    const { scopes, headers } = bed.walkers[name] ?? { scopes: [], headers: {} };
    const before = await rowCounts(bed.runs);
    const events = await countEvents();
    const answer = await send(headers);
    const code = await codeOf(answer);
    const isAllowed = rule.length === 0 || rule.some((one) => scopes.includes(one));
    if (isAllowed) expect(['UNAUTHENTICATED', 'FORBIDDEN']).not.toContain(code);
    else {
      const isStranger = name === 'stranger';
      expect([answer.status, code]).toEqual(isStranger ? [401, 'UNAUTHENTICATED'] : [403, 'FORBIDDEN']);
      expect(answer.headers.get('www-authenticate')).toContain(`realm="deeplesion", scope="${rule[0]}"`);
    }
    expect(await rowCounts(bed.runs)).toEqual(before);
    // Mutations leave one event in any case, other operations and routes if they are refused.
    expect((await countEvents()) - events).toBe(!isAllowed || action in MUTATIONS ? 1 : 0);
  });
});

describe('the table of access', () => {
  it('has every mutation and subscription of the schema, and no other', () => {
    expect(Object.keys(MUTATIONS).sort()).toEqual(Object.keys(schema.getMutationType()?.getFields() ?? {}).sort());
    expect(Object.keys(SUBSCRIPTIONS).sort()).toEqual(
      Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).sort(),
    );
    expect(isListed('mutation', 'aNewOne')).toBe(false);
    expect(ruleOfField('mutation', 'aNewOne')).toEqual(['operate']);
  });

  it('has every route that the server mounts, and each that needs a scope is guarded', () => {
    const text = ['routes.ts', 'server.ts']
      .map((file) => readFileSync(resolve(ROOT, 'src/http', file), 'utf8'))
      .join('');
    const mounted = [...text.matchAll(/app\.(?:use|get|put|post|delete|all)\((?:'(\/[^']*)'|\[([^\]]*)\])/g)].flatMap(
      ([, one, several]) =>
        one === undefined ? [...(several ?? '').matchAll(/'([^']+)'/g)].map(([, path]) => path) : [one],
    );
    const known = HTTP_ROUTES.map(({ path }) => path);
    expect(mounted.length).toBeGreaterThan(8);
    expect(mounted.filter((path) => !known.includes(path ?? ''))).toEqual([]);
    const guarded = [...text.matchAll(/doors\.guard\('([^']+)'\)/g)].map(([, path]) => path);
    const scoped = HTTP_ROUTES.filter(({ methods }) =>
      Object.values(methods).some((rule) => Array.isArray(rule) && rule.length > 0),
    );
    expect(guarded.sort()).toEqual(scoped.map(({ path }) => path).sort());
  });

  it('is said in the description of every root field', () => {
    for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
      for (const { description } of Object.values(type?.getFields() ?? {}))
        expect(description).toMatch(/Needs (?:no scope|the scope `\w+`.*)\.$/);
  });

  it('is docs/access.md, word for word', () => {
    if (readFileSync(resolve(ROOT, 'docs/access.md'), 'utf8') !== printAccessPage())
      throw new Error('docs/access.md is out of date: npm run access');
  });
});
