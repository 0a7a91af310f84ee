import { DataChanges, openDatabase } from '../../src/database';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let test: TestDatabase;
let changes: DataChanges;
beforeAll(async () => {
  test = await createTestDatabase();
  changes = new DataChanges(test.database);
});
afterAll(async () => {
  await changes.settle();
  await test.drop();
});

/** Which of the two stamps a change changes. */
async function changedBy(work: () => Promise<unknown>): Promise<{ data: boolean; all: boolean }> {
  const before = await changes.read();
  await work();
  const after = await changes.read();
  return { data: before.data !== after.data, all: before.all !== after.all };
}
const run = (text: string) => test.database.query({ text });

describe('the stamp of the data', () => {
  it('stays the same while nothing that is watched changes', async () => {
    const reads = () => run('SELECT count(*) FROM lesion');
    const others = () => run(`INSERT INTO quota_use VALUES ('o', 'fields', now(), 1, 10, 60)`);
    const nothing = () => run('UPDATE detection_run SET name = name; UPDATE dataset SET name = name');
    for (const work of [reads, others, nothing]) expect(await changedBy(work)).toEqual({ data: false, all: false });
  });

  it('changes with an import, an edit, a categorization and a deletion', async () => {
    const works = [
      () => seedDataset(test.database, { patients: 2 }).then((id) => seedCategorization(test.database, id)),
      () => run(`UPDATE dataset SET name = 'another name'`),
      () => run(`UPDATE pseudo_cluster SET label = 'liver'`),
      () => run('DELETE FROM cluster_assignment'),
      () => run('TRUNCATE lesion CASCADE'),
    ];
    for (const work of works) expect(await changedBy(work)).toEqual({ data: true, all: true });
  });

  it('sees a change when its transaction is committed, whichever began first', async () => {
    const before = await changes.read();
    const slow = await test.database.pool.connect();
    await slow.query('BEGIN');
    await slow.query(`UPDATE patient SET sex = 'MALE'`);
    expect(await changedBy(() => run(`UPDATE dataset SET licence = 'another'`))).toEqual({ data: true, all: true });
    const between = await changes.read();
    await slow.query('COMMIT');
    slow.release();
    const after = await changes.read();
    expect(new Set([before.data, between.data, after.data]).size).toBe(3);
  });

  it('never comes back to what it was, while its rows are added up', async () => {
    const seen = new Set<string>();
    const rounds = 450;
    for (let round = 0; round < rounds; round++) {
      await run(`UPDATE dataset SET description = 'round ${round}'`);
      seen.add((await changes.read()).data);
    }
    await changes.settle();
    seen.add((await changes.read()).data);
    expect(seen.size).toBe(rounds);
    const [{ rows }] = (await run('SELECT count(*) AS rows FROM data_change')) as [{ rows: number }];
    expect(rows).toBeLessThan(rounds);
  });

  it('is read after the call, however many ask at once, and by few statements', async () => {
    const texts: string[] = [];
    const end = test.database.onStatement((text) => texts.push(text));
    const first = changes.read();
    await run(`UPDATE dataset SET description = 'between'`);
    const later = await Promise.all(Array.from({ length: 50 }, () => changes.read()));
    end();
    expect(new Set(later.map(({ data }) => data)).size).toBe(1);
    expect(later[0]?.data).toBe((await changes.read()).data);
    expect(texts.filter((text) => text.includes('FROM data_change')).length).toBeLessThanOrEqual(3);
    await first;
  });

  it('fails for those who asked while the database does not answer, and goes on afterwards', async () => {
    const nowhere = openDatabase('postgresql://nobody@127.0.0.1:1/none');
    const lost = new DataChanges(nowhere);
    await expect(Promise.all([lost.read(), lost.read()])).rejects.toThrow();
    await expect(lost.read()).rejects.toThrow();
    await nowhere.close();
  });
});
