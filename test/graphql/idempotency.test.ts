import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LOCAL_CALLER } from '../../src/access';
import { createContext } from '../../src/graphql';
import { createOnce } from '../../src/graphql/core/idempotency';
import { moveRun, requestRun } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { graphOf, testServices } from './testGraph';

/**
 * A mutation that creates something: what it is asked, what else it may be asked with the same key, and where its rows
 * are.
 */
interface Creation {
  mutation: string;
  answer: string;
  table: string;
  input(ids: { run: string; detection: string }): Record<string, unknown>;
  other: Record<string, unknown>;
}

const CREATIONS: Creation[] = [
  {
    mutation: 'runDetection',
    answer: 'run { id }',
    table: 'detection_run',
    input: () => ({ detector: 'tiny-constant', dataset: 'small' }),
    other: { topK: 3 },
  },
  {
    mutation: 'retryDetectionRun',
    answer: 'run { id }',
    table: 'detection_run',
    input: ({ run }) => ({ id: run }),
    other: { id: 'another' },
  },
  {
    mutation: 'evaluateDetectionRun',
    answer: 'evaluation { id }',
    table: 'evaluation',
    input: ({ run }) => ({ id: run, resamples: 100 }),
    other: { resamples: 200 },
  },
  {
    mutation: 'reviewDetection',
    answer: 'review { id }',
    table: 'detection_review',
    input: ({ detection }) => ({ detectionId: detection, verdict: 'LESION', reviewer: 'r' }),
    other: { verdict: 'UNSURE' },
  },
  {
    mutation: 'categorizeLesions',
    answer: 'categorization { id }',
    table: 'categorization',
    input: () => ({ dataset: 'small', name: 'keyed', clusterCount: 2 }),
    other: { name: 'other' },
  },
];

describe('a mutation with an idempotencyKey', () => {
  let bed: RunBed;
  let ids: { run: string; detection: string };
  beforeAll(async () => {
    bed = await createRunBed(4);
    const encoder = 'phantom-encoder';
    cpSync(resolve(__dirname, '../../models', encoder), join(bed.modelsDir, encoder), { recursive: true });
    const { id } = await requestRun(bed.context, { detector: 'tiny-constant', dataset: 'small' });
    await bed.database.query({
      text: `UPDATE run_image SET state = 'COMPLETED', finished_at = now() WHERE run_id = $1 AND image_id = ANY($2::int4[])`,
      values: [id, bed.imageIds.slice(0, 2)],
    });
    await bed.database.query({
      text: `INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index) VALUES ($1, $2, 1, 2, 2, 9, 9, 0.9, 0)`,
      values: [id, bed.imageIds[0]],
    });
    await moveRun(bed.database, id, 'FAILED', { error: 'for the test' });
    const { data } = await graphOf(services())('{ detectionRuns { nodes { id detections { nodes { id } } } } }');
    const { nodes } = (data as Record<string, unknown>).detectionRuns as {
      nodes: { id: string; detections: { nodes: { id: string }[] } }[];
    };
    const [run] = nodes;
    ids = { run: run?.id ?? '', detection: run?.detections.nodes[0]?.id ?? '' };
  });
  afterAll(() => bed.drop());

  const services = () =>
    testServices(bed.database, {
      queue: bed.queue,
      registry: bed.registry,
      config: { modelsDir: bed.modelsDir, maxQueuedImages: 1_000, maxQueuedRunsPerClient: 100 } as never,
    });
  const ask = async ({ mutation, answer }: Creation, input: Record<string, unknown>) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const { data, errors } = await graphOf(services())(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${answer} } }`,
      { input },
    );
    return { answer: data, error: errors[0]?.message, cause: errors[0]?.originalError };
  };
  const rows = async (table: string): Promise<number> => {
    const [row] = await bed.database.query<{ count: number }>({ text: `SELECT count(*)::int4 AS count FROM ${table}` });
    return row?.count ?? 0;
  };

  describe.each(CREATIONS)('$mutation', (creation) => {
    const key = `key of ${creation.mutation}`;

    it('creates once what is asked for twice, one after the other or at once', async () => {
      const before = await rows(creation.table);
      const input = { ...creation.input(ids), idempotencyKey: key };
      const answers = [
        await ask(creation, input),
        ...(await Promise.all([ask(creation, input), ask(creation, input)])),
      ];
      for (const { answer, error } of answers) {
        expect(error).toBeUndefined();
        expect(answer).toEqual(answers[0]?.answer);
      }
      expect(await rows(creation.table)).toBe(before + 1);
    });

    it('refuses another request with the key, and says which argument is wrong', async () => {
      const before = await rows(creation.table);
      const { cause } = await ask(creation, { ...creation.input(ids), ...creation.other, idempotencyKey: key });
      expect(cause).toMatchObject({ code: 'CONFLICT', argument: 'idempotencyKey' });
      expect(await rows(creation.table)).toBe(before);
    });

    it('refuses a key that is none', async () => {
      const { cause } = await ask(creation, { ...creation.input(ids), idempotencyKey: '' });
      expect(cause).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'idempotencyKey' });
    });
  });

  it('that come at once for the first time create one categorization', async () => {
    const creation = CREATIONS.find(({ mutation }) => mutation === 'categorizeLesions')!;
    const input = { ...creation.input(ids), name: 'at once', idempotencyKey: 'at once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(creation, input)));
    for (const { answer, error } of answers) {
      expect(error).toBeUndefined();
      expect(answer).toEqual(answers[0]?.answer);
    }
  });

  describe('keeps it', () => {
    let made = 0;
    const create = (client: string, input: object = { idempotencyKey: 'k' }, mutation = 'test') =>
      createOnce(
        createContext(services(), { caller: { ...LOCAL_CALLER, owner: client } }),
        mutation,
        input,
        async (keep) => {
          const id = ++made;
          await bed.database.transaction(async (transaction) => keep?.(transaction, id));
          return { id };
        },
      );

    it('for its client and its mutation alone', async () => {
      const first = await create('a');
      expect(await create('a')).toBe(first);
      expect(await create('b')).not.toBe(first);
      expect(await create('a', undefined, 'other')).not.toBe(first);
      expect(await create('a', {})).not.toBe(await create('a', {}));
    });

    it('whatever the order of the fields is, and whether null or nothing is said', async () => {
      const first = await create('order', { idempotencyKey: 'k', x: 1, y: [{ a: 1, b: null }], z: null });
      expect(await create('order', { y: [{ b: undefined, a: 1 }], x: 1, idempotencyKey: 'k' })).toBe(first);
    });

    it('for 24 hours', async () => {
      const first = await create('old');
      const age = (hours: number) =>
        bed.database.query({
          text: `UPDATE idempotency_key SET created_at = now() - make_interval(hours => $1) WHERE owner = 'old'`,
          values: [hours],
        });
      await age(23);
      expect(await create('old')).toBe(first);
      await age(25);
      const second = await create('old', { idempotencyKey: 'k', other: true });
      expect(second).not.toBe(first);
      expect(await create('old', { idempotencyKey: 'k', other: true })).toBe(second);
      await age(25);
      await create('somebody else');
      expect(await bed.database.query({ text: `SELECT FROM idempotency_key WHERE owner = 'old'` })).toEqual([]);
    });
  });

  it('finds a run that was stored with its key before keys belonged to clients', async () => {
    const request = { detector: 'tiny-constant', dataset: 'small', idempotencyKey: 'of before' };
    const { id } = await requestRun(bed.context, request);
    await bed.database.query({ text: `UPDATE detection_run SET client_key = '' WHERE id = $1`, values: [id] });
    expect((await requestRun(bed.context, request)).id).toBe(id);
    const ofA = await requestRun({ ...bed.context, client: 'a' }, { ...request, idempotencyKey: 'same' });
    expect((await requestRun({ ...bed.context, client: 'b' }, { ...request, idempotencyKey: 'same' })).id).not.toBe(
      ofA.id,
    );
  });
});
