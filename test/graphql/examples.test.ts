import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, validate } from 'graphql';
import { exampleQueries } from '../../src/graphql';
import { createLogger } from '../../src/log';
import { createRegistry, type DetectorRegistry } from '../../src/models';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testSchema as schema, testServices } from './testGraph';

/** Each query has its answer beside it; UPDATE_GOLDEN=1 writes the answers again, but never in CI. */
const FOLDER = join(__dirname, 'queries');
/** These start work or tell of this machine. */
const WITHOUT_GOLDEN = ['Start a run', 'Server'];
/** These ask the demo, which only the started product has (test/e2e). */
const OF_THE_DEMO = ['demo', 'demo@1'];

let test: TestDatabase;
let registry: DetectorRegistry;
const modelsDir = mkdtempSync(join(tmpdir(), 'deeplesion-no-models-'));
beforeAll(async () => {
  test = await createTestDatabase();
  await seedCategorization(test.database, await seedDataset(test.database));
  const config = { modelsDir, dataDir: modelsDir };
  registry = await createRegistry({ database: test.database, config, log: createLogger('silent') });
  await test.database.query({ text: `UPDATE dataset SET imported_at = '2026-01-02T03:04:05Z'` });
});
afterAll(async () => {
  rmSync(modelsDir, { recursive: true });
  await test.drop();
});

const slugOf = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

function expectGolden(name: string, answer: unknown): void {
  const file = join(FOLDER, `${slugOf(name)}.json`);
  if (process.env.UPDATE_GOLDEN && !process.env.CI) writeFileSync(file, `${JSON.stringify(answer, null, 2)}\n`);
  if (!existsSync(file)) throw new Error(`No answer beside the query "${name}": run the test with UPDATE_GOLDEN=1.`);
  expect(answer).toEqual(JSON.parse(readFileSync(file, 'utf8')));
}

describe('the example queries', () => {
  it.each(exampleQueries.map(({ name, query }) => [name, query]))('%s: fits the schema', (_, query) => {
    expect(validate(schema, parse(query))).toEqual([]);
  });

  it.each(
    EXECUTORS.flatMap((executor) =>
      exampleQueries
        .filter(
          ({ name, variables }) => !WITHOUT_GOLDEN.includes(name) && !OF_THE_DEMO.includes(String(variables.dataset)),
        )
        .map((example) => ({ executor, ...example })),
    ),
  )('$name: has its golden answer, run by $executor', async ({ executor, name, query, variables }) => {
    const services = testServices(test.database, { registry });
    const { data, errors } = await graphOf(services, executor)(query, variables);
    expect(errors).toEqual([]);
    expectGolden(name, data);
  });
});
