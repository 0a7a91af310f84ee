import { type EvaluationRequest, evaluateRun, findEvaluationsOfRuns, findProvenance } from '../../src/results';
import { idOfNothing, idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

type Box = [number, number, number, number];
const lesion: Box = [100, 100, 140, 140];
let bed: TestDatabase;
let run: number;
/** of the same run, as commands take it */
let id: string;
const environment = process.env;

beforeAll(async () => {
  bed = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: bed.url };
  const images = Array.from({ length: 4 }, (_, patient) => ({
    patient,
    lesions: [{ box: lesion }],
    detections: patient < 3 ? [{ box: lesion, score: 0.9 }] : [],
  }));
  run = (await makeRun(bed.database, images)).runId;
  id = await idOfRow(bed.database, 'DetectionRun', run);
});
afterAll(async () => {
  process.env = environment;
  await bed.drop();
});

describe('deeplesion evaluate', () => {
  it('prints accuracy and FROC with their intervals', async () => {
    const { output, code } = await runCommand('evaluate', id);
    expect(code).toBeUndefined();
    expect(output).toMatch(/^evaluation [\w-]+ of run [\w-]+: 4 lesions on 4 images$/m);
    expect(output).toMatch(/^ {2}0\.50 {2}75\.0 % \(25\.0 % … 100\.0 %\)$/m);
    expect(output).toMatch(/^ {2}0\.125 {2}75\.0 %/m);
  });

  it('takes a whole protocol, and tells it as JSON', async () => {
    const words = [
      '--preset',
      'COCO',
      '--accuracy',
      'IOBB,GREATER,INCLUSIVE',
      '--score-floor',
      '0.95',
      '--top-k',
      '2,3',
    ];
    const { output } = await runCommand('evaluate', id, ...words, '--no-categorization', '--json');
    // Row numbers mean nothing outside the database.
    expect(output).not.toContain('evaluationId');
    const { protocol, accuracy } = JSON.parse(output);
    expect(protocol).toMatchObject({
      preset: 'COCO',
      categorization: null,
      detections: { scoreFloor: 0.95 },
      accuracy: { criterion: 'IOBB', comparator: 'GREATER', boxMeasure: 'INCLUSIVE', topK: [1, 2, 3, 5, 100] },
    });
    expect(accuracy[0]).toMatchObject({ correct: 0, total: 4 });
  });

  it('is what the provenance of an evaluation names to redo it', async () => {
    const request: EvaluationRequest = {
      preset: 'COCO',
      iouThresholds: [0.333],
      scoreFloor: 0.1,
      possiblyNoisyLesions: 'KEEP',
      seed: 7,
    };
    const evaluation = await evaluateRun(bed.database, run, { ...request, resamples: 200, reviews: 'INCLUDE' });
    const { redo } = (await findProvenance(bed.database, evaluation))!;
    await bed.database.query({ text: 'DELETE FROM evaluation WHERE id = $1', values: [evaluation.id] });
    await runCommand(...redo.split(' ').slice(1));
    const again = await findEvaluationsOfRuns(bed.database, [run]);
    expect(again.map(({ protocolKey }) => protocolKey)).toContain(evaluation.protocolKey);
  });

  it.each([
    [[idOfNothing('DetectionRun')], /detection run that exists/],
    [['1'], /Expected run to be the id of a DetectionRun/],
    [['RUN', '--preset', 'VOC'], /Allowed choices are PAPER, COCO, DEEPLESION_FROC/],
    [['RUN', '--froc', 'IOU,SOMETIMES'], /Expected one of GREATER, GREATER_OR_EQUAL, got SOMETIMES/],
    [['RUN', '--score-floor', '2'], /Expected scoreFloor in 0 … 1, got 2/],
    [['RUN', '--categorization', 'none'], /No categorization "none"/],
  ])('refuses %j and says why', async (words, reason) => {
    const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const { errors, code } = await runCommand('evaluate', ...words.map((word) => (word === 'RUN' ? id : word)));
    exit.mockRestore();
    expect(errors).toMatch(reason);
    expect(code).toBe(1);
  });
});
