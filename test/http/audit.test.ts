import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AuditTrail, createKey, MUTATIONS, SCOPES, uploadTarget, verifyTrail } from '../../src/access';
import type { AuditEvent } from '../../src/database/generated/client';
import { parseGlobalId } from '../../src/globalId';
import { createLogger } from '../../src/log';
import { moveRun } from '../../src/runs';
import type { Services } from '../../src/services';
import { Uploads } from '../../src/uploads';
import { idOfRow } from '../globalIds';
import { testSchema as schema } from '../graphql/testGraph';
import { encodeHounsfield } from '../imaging/png';
import { createRunBed, type RunBed } from '../runs/runBed';
import { seedCategorization, seedDataset } from '../seed';
import { fixtureModel, modelZip } from '../uploads/modelZip';
import { startBedServer } from './bedServer';

const CANARY = 'canary';

let bed: RunBed;
let server: Awaited<ReturnType<typeof startBedServer>>;
let uploads: Uploads;
let audit: AuditTrail;
let operator: { text: string; keyId: string };
/** What must not be in the trail: secrets of keys and ids of uploads. */
const secrets: string[] = [];

beforeAll(async () => {
  bed = await createRunBed(4);
  const encoder = 'phantom-encoder';
  cpSync(resolve(__dirname, '../../models', encoder), join(bed.modelsDir, encoder), { recursive: true });
  const log = createLogger('silent');
  const { database, registry, dataDir, modelsDir } = bed;
  const config = {
    ...{ host: '127.0.0.1', port: 0, anonymousScopes: ['read'], executionProviders: ['cpu'], dataDir, modelsDir },
    ...{
      webhookHosts: ['hooks.example.org'],
      webhookSecret: 'c2VjcmV0',
      modelInbox: dataDir,
      uploadTtlHours: 24,
      maxUploadBytes: 2 ** 20,
    },
    ...{ maxModelBytes: 2 ** 20, maxQueuedImages: 1_000, maxQueuedRunsPerClient: 100, inferenceThreads: 1 },
  } as unknown as Services['config'];
  uploads = new Uploads({ config, database, registry, codeVersion: 'test', log });
  await uploads.start();
  audit = new AuditTrail(database, log, { perCaller: 1_000, inAll: 1_000 });
  server = await startBedServer(bed, { config, log, uploads, audit });
  const { row, text } = await keyWith('the operator', SCOPES);
  operator = { text, keyId: row.keyId };
});
afterAll(async () => {
  await server.http.stop();
  await uploads.stop();
  await bed.drop();
});

async function keyWith(name: string, scopes: readonly (typeof SCOPES)[number][], datasets: string[] = []) {
  const made = await createKey(bed.database, { name, scopes, datasets }, null);
  secrets.push(made.text.slice(12));
  return made;
}

/** @returns what was added by some work */
async function eventsOf(work: () => Promise<unknown>): Promise<AuditEvent[]> {
  await audit.settle();
  const before = await bed.database.prisma.auditEvent.count();
  await work();
  await audit.settle();
  return bed.database.prisma.auditEvent.findMany({ where: { number: { gt: before } }, orderBy: { number: 'asc' } });
}

type Answer = { data: Record<string, never>; errors?: { message: string; extensions: { code: string } }[] };

async function ask(query: string, variables: object = {}, key: string | null = operator.text): Promise<Answer> {
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await answer.json()) as Answer;
}

/** @param answer selection of the payload */
function mutate(name: string, input: object, answer = '__typename', key: string | null = operator.text) {
  const [{ type } = { type: 'none' }] = schema.getMutationType()?.getFields()[name]?.args ?? [];
  return ask(`mutation ($input: ${type}) { ${name}(input: $input) { ${answer} } }`, { input }, key);
}

async function put(body: Uint8Array): Promise<string> {
  const headers = { authorization: `Bearer ${operator.text}` };
  const answer = await fetch(`${server.url}/uploads`, { method: 'PUT', body, headers });
  const { id } = (await answer.json()) as { id: string };
  secrets.push(id);
  return id;
}

/** A run that has failed after two of its images, with one detection. */
async function failedRun(): Promise<{ run: string; detection: string }> {
  const { id } = await bed.request('tiny-constant');
  await bed.database.query({
    text: `UPDATE run_image SET state = 'COMPLETED', finished_at = now() WHERE run_id = $1 AND image_id = ANY($2::int4[])`,
    values: [id, bed.imageIds.slice(0, 2)],
  });
  const [detection] = await bed.database.query<{ id: number }>({
    text: `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
           VALUES ($1, $2, 1, 2, 2, 9, 9, 0.9, 0) RETURNING id`,
    values: [id, bed.imageIds[0]],
  });
  await moveRun(bed.database, id, 'FAILED', { error: 'for the test' });
  return {
    run: await idOfRow(bed.database, 'DetectionRun', id),
    detection: await idOfRow(bed.database, 'Detection', detection?.id ?? 0),
  };
}

describe('every mutation', () => {
  it('leaves one event that says who did what, and nothing of what people wrote', async () => {
    const datasetRow = await seedDataset(bed.database, { patients: 1 });
    const categorizationRow = await seedCategorization(bed.database, datasetRow, 1);
    const [cluster] = await bed.database.query<{ id: number }>({ text: 'SELECT id FROM pseudo_cluster' });
    const dataset = await idOfRow(bed.database, 'Dataset', datasetRow);
    const categorization = await idOfRow(bed.database, 'Categorization', categorizationRow);
    const pseudoClusterId = await idOfRow(bed.database, 'PseudoCluster', cluster?.id ?? 0);
    const [model] = await bed.database.query<{ id: number }>({
      text: `SELECT id FROM detector WHERE name = 'tiny-constant'`,
    });
    const detector = await idOfRow(bed.database, 'Detector', model?.id ?? 0);
    const { run, detection } = await failedRun();
    const done = new Map<string, AuditEvent>();
    const step = async (name: string, input: object, answer?: string): Promise<Record<string, { id: string }>> => {
      let payload: Answer | undefined;
      const events = await eventsOf(async () => {
        payload = await mutate(name, input, answer);
      });
      expect([name, payload?.errors]).toEqual([name, undefined]);
      expect(events).toEqual([
        expect.objectContaining({
          ...{
            action: name,
            outcome: 'DONE',
            code: null,
            keyId: operator.keyId,
            keyName: 'the operator',
            address: null,
          },
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        }),
      ]);
      const [event] = events;
      if (event) done.set(name, event);
      return (payload?.data[name] ?? {}) as Record<string, { id: string }>;
    };
    const changesOf = (name: string): unknown => JSON.parse(done.get(name)?.changes ?? 'null');

    const { apiKey } = await step(
      'createApiKey',
      { name: 'a reader', scopes: ['read'], note: CANARY },
      'apiKey { id } secret',
    );
    await step('rotateApiKey', { id: apiKey?.id, overlapHours: 1 });
    await step('revokeApiKey', { id: apiKey?.id });
    await step('archiveDetector', { id: detector });
    await step('unarchiveDetector', { id: detector });
    const terms = { version: '1', title: CANARY, text: CANARY };
    await step('setDatasetVisibility', { dataset: 'small', visibility: 'TERMS', terms });
    await step('setHiddenSplit', { dataset: 'small', split: 'TRAIN', hidden: true });
    const said = { name: CANARY, affiliation: CANARY, purpose: CANARY };
    await step('acceptTerms', { dataset: 'small', termsVersion: '1', ...said });
    const request = { detector: 'tiny-constant', dataset: 'small', webhookUrl: `https://hooks.example.org/${CANARY}` };
    const first = await step('runDetection', request, 'run { id }');
    await step('updateDetectionRun', { id: first.run?.id, name: CANARY, note: CANARY, tags: [CANARY] });
    await step('cancelDetectionRun', { id: first.run?.id });
    const second = await step('runDetection', { ...request, idempotencyKey: CANARY }, 'run { id }');
    await step('cancelJob', { id: second.run?.id });
    await step('retryDetectionRun', { id: run });
    const evaluated = await step('evaluateDetectionRun', { id: run, resamples: 100 }, 'evaluation { id }');
    await step('reviewDetection', { detectionId: detection, verdict: 'LESION', remark: CANARY });
    await step('categorizeLesions', { dataset: 'small', name: CANARY, clusterCount: 2 });
    await step('createExport', { dataset: 'small', file: 'lesions', format: 'CSV', parameters: {} });
    const frozen = await step('createCohort', { dataset: 'small', name: CANARY }, 'cohort { id }');
    await step('labelPseudoCluster', { pseudoClusterId, label: CANARY });
    const upload = await put(encodeHounsfield(16, 16, (x, y) => x - y));
    await step('detectInImage', { detector: 'tiny-constant', upload });
    const zip = modelZip(fixtureModel('models/tiny-constant'), {
      manifest: (json) => Object.assign(json, { name: 'sent' }),
    });
    const sent = await step('registerDetector', { uploadId: await put(zip) }, 'detector { id }');
    const [{ fileName } = { fileName: '' }] = await bed.database.prisma.bookmarkedImage.findMany({ take: 1 });
    const csv = Buffer.from(`image,x1,y1,x2,y2,score\n${fileName},2,2,9,9,0.5\n`);
    await step('submitDetections', {
      ...{ dataset: 'small', uploadId: await put(csv), format: 'CSV', boxConvention: 'XYXY' },
      ...{ images: { listInFile: true }, detector: { name: 'elsewhere', version: '1.0.0' }, note: CANARY },
    });
    await step('deleteCohort', { id: frozen.cohort?.id, reason: CANARY });
    await step('deleteDetectionRun', { id: first.run?.id, reason: CANARY });
    await step('deleteCategorization', { id: categorization, reason: CANARY });
    await step('deleteDataset', { id: dataset, reason: CANARY });

    // A new mutation has to be thought of here.
    expect([...done.keys()].sort()).toEqual(Object.keys(MUTATIONS).sort());
    const targets = Object.fromEntries([...done].map(([name, { target }]) => [name, target]));
    expect(targets).toMatchObject({
      ...{ createApiKey: apiKey?.id, revokeApiKey: apiKey?.id, archiveDetector: detector, cancelJob: second.run?.id },
      ...{
        evaluateDetectionRun: evaluated.evaluation?.id,
        reviewDetection: detection,
        registerDetector: sent.detector?.id,
      },
      ...{
        labelPseudoCluster: pseudoClusterId,
        deleteDataset: dataset,
        detectInImage: expect.stringMatching(/^upload:/),
      },
    });
    const { detectInImage: _, ...ofRows } = targets;
    expect(Object.entries(ofRows).filter(([, target]) => parseGlobalId(target ?? '') === null)).toEqual([]);
    expect(changesOf('createApiKey')).toEqual({ scopes: ['read'], datasets: [], expiresAt: null });
    expect(changesOf('rotateApiKey')).toEqual({ replaced: apiKey?.id, overlapHours: 1 });
    expect(changesOf('updateDetectionRun')).toEqual({ fields: ['name', 'note', 'tags'] });
    expect(changesOf('reviewDetection')).toEqual({ verdict: 'LESION' });
    expect(changesOf('acceptTerms')).toEqual({ dataset: 'small', termsVersion: '1' });
    expect(changesOf('setDatasetVisibility')).toEqual({ before: 'PUBLIC', after: 'TERMS', termsVersion: '1' });
    expect(changesOf('setHiddenSplit')).toEqual({
      ...{ split: 'TRAIN', before: null },
      after: { submissionLimit: 5, periodDays: 7 },
    });
    expect(changesOf('detectInImage')).toEqual({ upload: uploadTarget(upload), detector: 'tiny-constant' });
    expect(changesOf('deleteDataset')).toMatchObject({ deleted: true, dryRun: false, counts: { PATIENTS: 1 } });
    expect(await verifyTrail(bed.database)).toMatchObject({ broken: null });
  });

  it('leaves one that says it was repeated, for each request with the same idempotencyKey', async () => {
    const input = { name: 'twice', scopes: ['read'], idempotencyKey: 'the same' };
    const events = await eventsOf(() => Promise.all([1, 2, 3].map(() => mutate('createApiKey', input))));
    expect(events.map(({ action, outcome }) => [action, outcome])).toEqual(Array(3).fill(['createApiKey', 'DONE']));
    expect(new Set(events.map(({ target }) => target)).size).toBe(1);
    expect(events.filter(({ changes }) => !changes?.includes('isRepeated')).length).toBeGreaterThanOrEqual(1);
  });

  it('leaves one if it is refused, with the code', async () => {
    const { run } = await failedRun();
    const events = await eventsOf(async () => {
      await mutate('deleteDetectionRun', { id: run, reason: ' ' });
      await mutate('runDetection', { detector: 'none', dataset: 'small' });
    });
    expect(events.map(({ action, outcome, code, target }) => ({ action, outcome, code, target }))).toEqual([
      { action: 'deleteDetectionRun', outcome: 'REFUSED', code: 'BAD_USER_INPUT', target: run },
      { action: 'runDetection', outcome: 'REFUSED', code: 'NOT_FOUND', target: null },
    ]);
  });

  it('leaves one for each, if a request has several', async () => {
    const input = { name: 'one of two', scopes: ['read'] };
    const query = `mutation ($input: CreateApiKeyInput!) { one: createApiKey(input: $input) { __typename }
      other: createApiKey(input: $input) { __typename } }`;
    expect((await eventsOf(() => ask(query, { input }))).map(({ action }) => action)).toEqual([
      'createApiKey',
      'createApiKey',
    ]);
  });
});

describe('uploads', () => {
  it('leave an event when they come and when they are deleted', async () => {
    let id = '';
    const events = await eventsOf(async () => {
      id = await put(encodeHounsfield(16, 16, (x, y) => x + y));
      const headers = { authorization: `Bearer ${operator.text}` };
      await fetch(`${server.url}/uploads/${id}`, { method: 'DELETE', headers });
    });
    expect(events.map(({ action, outcome, target, keyName }) => [action, outcome, target, keyName])).toEqual([
      ['PUT /uploads', 'DONE', uploadTarget(id), 'the operator'],
      ['DELETE /uploads', 'DONE', uploadTarget(id), 'the operator'],
    ]);
    expect(JSON.parse(events[0]?.changes ?? '')).toEqual({ kind: 'PNG', storedBytes: expect.any(Number) });
  });
});

describe('what is refused', () => {
  const attempts: [string, string, (key: string) => Promise<unknown>, string[]][] = [
    [
      'a mutation without a key',
      'deleteDataset UNAUTHENTICATED 127.0.0.0/24',
      () => mutate('deleteDataset', { id: CANARY, reason: CANARY }, '__typename', null),
      [],
    ],
    [
      'a mutation with a key that may not',
      'deleteDataset FORBIDDEN limited',
      (key) => mutate('deleteDataset', { id: CANARY, reason: CANARY }, '__typename', key),
      ['read'],
    ],
    [
      'a query',
      'apiKeys FORBIDDEN limited',
      (key) => ask('{ datasets { totalCount } apiKeys { totalCount } }', {}, key),
      ['read'],
    ],
    [
      'a wrong key',
      'POST /graphql UNAUTHENTICATED 127.0.0.0/24',
      () => ask('{ viewer { scopes } }', {}, `dl_ABCDEFGH_${CANARY.padEnd(43, 'x')}`),
      [],
    ],
    [
      'an upload',
      'PUT /uploads FORBIDDEN limited',
      (key) =>
        fetch(`${server.url}/uploads`, { method: 'PUT', body: 'x', headers: { authorization: `Bearer ${key}` } }),
      ['read'],
    ],
    [
      'a picture, whose name is not kept',
      'GET /images FORBIDDEN limited',
      (key) => fetch(`${server.url}/images/${CANARY}.png?${CANARY}`, { headers: { authorization: `Bearer ${key}` } }),
      ['export'],
    ],
  ];

  it.each(attempts)('leaves an event: %s', async (_what, expected, attempt, scopes) => {
    const { text } = await keyWith('limited', scopes.length > 0 ? (scopes as ['read']) : ['read']);
    const events = await eventsOf(() => attempt(text));
    expect(events.map(({ action, code, keyName, address }) => `${action} ${code} ${keyName ?? address}`)).toEqual([
      expected,
    ]);
    expect(events[0]).toMatchObject({ outcome: 'REFUSED', changes: null });
  });

  it('and reads that are allowed leave nothing, and send no statement for it', async () => {
    const statements: string[] = [];
    const stop = bed.database.onStatement((text) => statements.push(text));
    expect(await eventsOf(() => ask('{ datasets { totalCount } }', {}, null))).toEqual([]);
    stop();
    expect(statements.filter((text) => /insert|audit_head/i.test(text))).toEqual([]);
  });
});

describe('auditEvents', () => {
  const QUERY = `query ($filter: AuditEventFilter, $first: Int, $after: String) {
    auditEvents(filter: $filter, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
      nodes { number at action target outcome code requestId changes sha256 actor { prefix name address } } } }`;
  interface Page {
    totalCount: number;
    pageInfo: { endCursor: string };
    nodes: {
      number: number;
      at: string;
      action: string;
      outcome: string;
      actor: { name: string | null };
      changes: unknown;
    }[];
  }
  const list = async (variables: object, key = operator.text): Promise<Page> => {
    const { data, errors } = await ask(QUERY, variables, key);
    expect(errors).toBeUndefined();
    return data.auditEvents as unknown as Page;
  };

  it('are listed in pages, the newest first', async () => {
    const first = await list({ first: 3 });
    const next = await list({ first: 2, after: first.pageInfo.endCursor });
    const numbers = [...first.nodes, ...next.nodes].map(({ number }) => number);
    expect(numbers).toEqual(Array.from({ length: 5 }, (_, index) => first.totalCount - index));
  });

  it('are found by actor, action, outcome and time', async () => {
    const of = async (filter: object) => list({ filter });
    for (const actor of [operator.keyId, `dl_${operator.keyId}`, 'the operator'])
      expect(new Set((await of({ actor })).nodes.map((one) => one.actor.name))).toEqual(new Set(['the operator']));
    expect((await of({ actor: '127.0.0.0/24', outcome: 'REFUSED' })).totalCount).toBe(2);
    expect((await of({ action: 'reviewDetection' })).nodes).toMatchObject([{ changes: { verdict: 'LESION' } }]);
    const [newest] = (await list({ first: 1 })).nodes;
    expect((await of({ from: newest?.at })).nodes[0]).toEqual(newest);
    expect((await of({ to: newest?.at })).nodes[0]?.number).toBeLessThan(newest?.number ?? 0);
    expect((await of({ actor: "' OR true --" })).totalCount).toBe(0);
  });

  it('need the scope keys', async () => {
    const { text } = await keyWith(
      'without keys',
      SCOPES.filter((scope) => scope !== 'keys'),
    );
    expect((await ask(QUERY, {}, text)).errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', scope: 'keys' });
    expect((await ask(QUERY, {}, null)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const { text: withKeys } = await keyWith('with keys', ['keys', 'operate']);
    expect((await list({}, withKeys)).totalCount).toBe((await list({})).totalCount);
    // Events tell of data sets that a caller without `operate` may not see.
    const { text: withoutOperate } = await keyWith('with keys alone', ['keys']);
    expect((await list({}, withoutOperate)).totalCount).toBe(0);
  });

  it('of a key that is bound to data sets are those of the keys that it manages', async () => {
    const { text } = await keyWith('bound', ['read', 'keys'], ['small']);
    expect((await list({}, text)).totalCount).toBe(0);
    await mutate('createApiKey', { name: 'made by it', scopes: ['read'] }, '__typename', text);
    expect((await list({}, text)).nodes).toMatchObject([{ action: 'createApiKey', actor: { name: 'bound' } }]);
  });
});

describe('the whole trail', () => {
  it('holds no secret, no text of people, no address of a webhook, and is not broken', async () => {
    const rows = JSON.stringify(await bed.database.prisma.auditEvent.findMany());
    expect(rows.length).toBeGreaterThan(5_000);
    for (const secret of [CANARY, 'hooks.example.org', ...secrets]) expect(rows).not.toContain(secret);
    expect(await verifyTrail(bed.database)).toMatchObject({ broken: null });
  });
});
