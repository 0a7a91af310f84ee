import { evaluateRun } from '../../src/results';
import { idOfNothing, idOfRow } from '../globalIds';
import { makeRun, makeRunBeside } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

type Box = [number, number, number, number];
const lesion: Box = [100, 100, 140, 140];
let bed: TestDatabase;
/** runs that find 18 and 9 of 20 lesions, and the evaluation of the first */
let good: string;
let bad: string;
let evaluation: string;
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
  const detections = (found: number) => (_: unknown, at: number) => (at < found ? [{ box: lesion, score: 0.9 }] : []);
  const images = Array.from({ length: 20 }, (_, patient) => ({ patient, lesions: [{ box: lesion }] }));
  const first = await makeRun(
    bed.database,
    images.map((image, at) => ({ ...image, detections: detections(18)(image, at) })),
  );
  const second = await makeRunBeside(bed.database, first, images.map(detections(9)));
  const { id } = await evaluateRun(bed.database, first.runId, { resamples: 200 });
  await evaluateRun(bed.database, second, { resamples: 200 });
  good = await idOfRow(bed.database, 'DetectionRun', first.runId);
  bad = await idOfRow(bed.database, 'DetectionRun', second);
  evaluation = await idOfRow(bed.database, 'Evaluation', id);
});
afterAll(async () => {
  process.env = environment;
  await bed.drop();
});

describe('deeplesion assert-no-worse', () => {
  it('ends with 0 and a sentence if the candidate is no worse', async () => {
    const { output, code } = await runCommand('assert-no-worse', good, bad, '--margin', '0.02');
    expect(code).toBe(0);
    expect(output).toMatch(
      /^No worse: accuracy of the best 5 at an overlap of 0.5 is 90.0 %, that of the reference 45.0 %/m,
    );
  });

  it('ends with 1 if that is not shown, in any metric, and takes evaluations as well as runs', async () => {
    for (const flags of [
      ['--metric', 'accuracy', '--top-k', '1'],
      ['--metric', 'sensitivity', '--false-positives', '1', '--iou-threshold', '0.7'],
      ['--metric', 'average-precision'],
    ]) {
      const { output, code } = await runCommand(
        'assert-no-worse',
        bad,
        evaluation,
        '--margin',
        '0.1',
        '--json',
        ...flags,
      );
      expect(code).toBe(1);
      expect(output).toContain('"holds": false');
      expect(output).toContain('Not shown to be no worse');
    }
  });

  it.each([
    ['an id of nothing', () => [idOfNothing('Evaluation'), good, '--margin', '0.1'], /evaluation that exists/],
    ['no margin', () => [good, bad], /required option '--margin/],
    ['a margin out of range', () => [good, bad, '--margin', '2'], /margin to be from 0 to 1/],
    ['an unknown metric', () => [good, bad, '--margin', '0', '--metric', 'f1'], /Allowed choices are accuracy/],
    ['an unknown stratum', () => [good, bad, '--margin', '0', '--stratum', 'x'], /Known: ALL/],
  ])('ends with 2 for %s', async (_, words, sentence) => {
    const { errors, code } = await runCommand('assert-no-worse', ...words());
    expect(code).toBe(2);
    expect(errors).toMatch(sentence);
  });
});
