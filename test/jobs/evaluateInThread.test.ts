import { BadUserInput, NotFound } from '../../src/errors';
import { evaluateInThread } from '../../src/jobs';
import { findEvaluations } from '../../src/results';
import { makeRun } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

describe('an evaluation in a thread of its own', () => {
  let bed: TestDatabase;
  let run: number;
  beforeAll(async () => {
    bed = await createTestDatabase();
    run = (await makeRun(bed.database, [{ patient: 1, lesions: [{ box: [1, 1, 9, 9] }] }])).runId;
  });
  afterAll(() => bed.drop());

  it('answers the evaluation that it stored', async () => {
    const id = await evaluateInThread(bed.url, run, { topK: [3] });
    const [row] = await findEvaluations(bed.database, [id]);
    expect(row).toMatchObject({ runId: run, protocol: { accuracy: { topK: [1, 3, 5] } } });
  });

  it('hands over errors that are meant for people as what they are', async () => {
    await expect(evaluateInThread(bed.url, 999_999)).rejects.toThrow(NotFound);
    const refused = evaluateInThread(bed.url, run, { resamples: 5 });
    await expect(refused).rejects.toThrow(BadUserInput);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', argument: 'resamples' });
  });

  it('fails when the database does not answer', async () => {
    await expect(evaluateInThread('postgres://nobody@127.0.0.1:1/none', run)).rejects.toThrow(/ECONNREFUSED/);
  });
});
