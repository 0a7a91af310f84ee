import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createQueue, type JobQueue } from '../../src/jobs';
import { createLogger } from '../../src/log';
import { idOfNothing } from '../globalIds';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

const CATEGORIZE = `mutation Categorize($input: CategorizeLesionsInput!) {
  categorizeLesions(input: $input) {
    categorization { id name status source clusterCount seed progress { completed total } encoder { name version } command request }
  }
}`;

describe('categorizeLesions in the graph', () => {
  const modelsDir = mkdtempSync(join(tmpdir(), 'deeplesion-encoders-'));
  let test: TestDatabase;
  let queue: JobQueue;
  beforeAll(async () => {
    cpSync(resolve(__dirname, '../../models/phantom-encoder'), join(modelsDir, 'phantom-encoder'), { recursive: true });
    test = await createTestDatabase();
    await seedDataset(test.database, { patients: 6 });
    queue = await createQueue({ database: test.database, log: createLogger('silent') });
  });
  afterAll(async () => {
    await queue.stop();
    await test.drop();
    rmSync(modelsDir, { recursive: true, force: true });
  });
  const ask = (input: Record<string, unknown>, executor: (typeof EXECUTORS)[number] = 'graphql-js') => {
    const services = testServices(test.database, { queue, config: { modelsDir } as never });
    return graphOf(services, executor)(CATEGORIZE, { input });
  };

  it.each(EXECUTORS)('answers at once with what was accepted, run by %s', async (executor) => {
    const input = { dataset: 'seed', name: `by ${executor}`, clusterCount: 4, filter: { split: 'TEST' } };
    const { data, errors } = await ask(input, executor);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      categorizeLesions: {
        categorization: {
          name: `by ${executor}`,
          status: 'QUEUED',
          source: 'COMPUTED',
          clusterCount: 4,
          seed: 1,
          progress: { completed: 0, total: expect.any(Number) },
          encoder: { name: 'phantom-encoder', version: '1.0.0' },
          request: { filter: { split: ['TEST'] }, clusterCount: 4, seed: 1 },
        },
      },
    });
  });

  it.each([
    [{ dataset: 'seed', name: 'x', encoder: 'vgg' }, 'NOT_FOUND', 'encoder'],
    [{ dataset: 'seed', name: 'x', clusterCount: 1001 }, 'BAD_USER_INPUT', 'clusterCount'],
    [{ dataset: 'seed', name: 'x', seed: -1 }, 'BAD_USER_INPUT', 'seed'],
    [{ dataset: 'seed', name: ' ' }, 'BAD_USER_INPUT', 'name'],
    [{ dataset: 'none', name: 'x' }, 'NOT_FOUND', 'dataset'],
    [{ dataset: 'seed', name: 'x', assignTo: idOfNothing('Lesion') }, 'BAD_USER_INPUT', 'assignTo'],
    [{ dataset: 'seed', name: 'x', filter: { patientIndex: -5 } }, 'BAD_USER_INPUT', 'filter'],
    [{ dataset: 'seed', name: 'by graphql-js' }, 'CONFLICT', 'name'],
  ])('refuses %j with %s on %s', async (input, code, argument) => {
    const { errors } = await ask(input);
    expect(errors[0]?.originalError).toMatchObject({ code, argument });
  });

  it('is RATE_LIMITED where too many of one client wait', async () => {
    const name = (n: number) => ({ dataset: 'seed', name: `many ${n}`, filter: { split: 'TEST' }, clusterCount: 1 });
    const answers = [];
    for (let n = 0; n < 21; n++) answers.push(await ask(name(n)));
    const refused = answers.filter(({ errors }) => errors.length > 0);
    expect(refused.length).toBeGreaterThan(0);
    for (const { errors } of refused)
      expect(errors[0]?.originalError).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 });
    const [unfinished] = await test.database.query<{ count: number }>({
      text: `SELECT count(*) FROM categorization WHERE status IN ('QUEUED', 'RUNNING')`,
    });
    expect(unfinished?.count).toBe(10);
  });
});
