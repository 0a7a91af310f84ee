/** What `errors` and `outcomes` say of the shipped detectors, on the demo, whose hidden truth the phantoms know. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { acquirePostgres, type Database, openDatabase, readPagesOfParents } from '../../src/database';
import {
  addReview,
  EvaluationAnalyses,
  evaluateRun,
  findAccuracyCurves,
  findStrata,
  OutcomeAnalyses,
  reviewQueueListing,
} from '../../src/results';
import { copyDemo } from './madeDemo';
import { PhantomRadiologist } from './radiologist';

const PRESETS = ['PAPER', 'COCO', 'DEEPLESION_FROC'] as const;
const DETECTORS = ['phantom-single', 'phantom-multi'] as const;

let dataDir: string;
let postgres: Awaited<ReturnType<typeof acquirePostgres>>;
let database: Database;
let analyses: EvaluationAnalyses;
let outcomes: OutcomeAnalyses;
/** by detector */
const runs = new Map<string, number>();
beforeAll(async () => {
  dataDir = await copyDemo();
  postgres = await acquirePostgres({ dataDir });
  database = openDatabase(postgres.url);
  analyses = new EvaluationAnalyses(database);
  outcomes = new OutcomeAnalyses(analyses);
  const found = await database.query<{ name: string; runId: number }>({
    text: `SELECT detector.name, run.id AS "runId" FROM detection_run AS run JOIN detector ON detector.id = run.detector_id
           WHERE run.status = 'SUCCEEDED' ORDER BY run.id`,
  });
  for (const { name, runId } of found) runs.set(name, runId);
}, 600_000);
afterAll(async () => {
  await database?.close();
  await postgres?.release();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each(DETECTORS)('the outcomes of %s', (detector) => {
  it.each(PRESETS)(
    'of %s add up to the stored accuracy and to the operating points, in every stratum',
    async (preset) => {
      const { id } = await evaluateRun(database, runs.get(detector)!, { preset, resamples: 100 });
      const countsOf = async (selection: Parameters<OutcomeAnalyses['outcomes']>[1]) =>
        (await outcomes.outcomes(id, selection, { first: 0 })).counts;
      const strata = await findStrata(database, [id]);
      expect(strata.length).toBeGreaterThan(5);
      for (const { stratum } of strata) {
        const [curve] = await findAccuracyCurves(database, [{ evaluationId: id, stratum, topK: 5 }]);
        expect(curve).not.toHaveLength(0);
        for (const { iouThreshold, correct, total } of curve!) {
          const counts = await countsOf({ metric: 'ACCURACY', stratum, iouThreshold, topK: 5 });
          expect([counts.HIT, counts.MISSED]).toEqual([correct, total - correct]);
        }
        for (const iouThreshold of [0.3, 0.5, 0.75])
          for (const point of await analyses.operatingCurve(id, 20, { stratum, iouThreshold })) {
            const scoreAtLeast = point.scoreThreshold ?? 1;
            const { HIT, MISSED, falsePositives } = await countsOf({ stratum, iouThreshold, scoreAtLeast });
            expect([HIT, MISSED, falsePositives]).toEqual([
              point.truePositives,
              point.lesionCount - point.truePositives,
              point.falsePositives,
            ]);
          }
      }
    },
  );
});

it('parts the background of both detectors as the phantoms are known to be, the more a radiologist reviews', async () => {
  const radiologist = new PhantomRadiologist(join(dataDir, 'demo'));
  for (const detector of DETECTORS) {
    const runId = runs.get(detector)!;
    const { id } = await evaluateRun(database, runId);
    const { rows } = await outcomes.outcomes(
      id,
      { metric: 'AVERAGE_PRECISION', kinds: ['BACKGROUND'] },
      { first: 5_000 },
    );
    const names = new Map(
      (await database.prisma.bookmarkedImage.findMany({ select: { id: true, fileName: true } })).map((image) => [
        image.id,
        image.fileName,
      ]),
    );
    const known = rows.filter(
      ({ imageId, box: { x1, y1, x2, y2 } }) => radiologist.verdict(names.get(imageId)!, [x1, y1, x2, y2]) === 'LESION',
    ).length;
    const report = await analyses.errors(id);
    console.log(
      detector,
      JSON.stringify({
        known,
        rows: rows.length,
        ap: report.averagePrecision,
        kinds: report.kinds,
        background: report.background,
        lesions: report.lesionCount,
        hits: report.hitCount,
        detections: report.detectionCount,
      }),
    );
    const pages = await readPagesOfParents(database, reviewQueueListing(), { first: 5_000 }, [runId]);
    const queue = pages.get(runId)!.rows;
    for (const [at, { id: detectionId, imageFileName, x1, y1, x2, y2 }] of queue.entries()) {
      const verdict = radiologist.verdict(imageFileName, [x1, y1, x2, y2]);
      await addReview(database, { detectionId, verdict, reviewer: 'R', remark: null });
      if (at === queue.length >> 2 || at === queue.length >> 1 || at === queue.length - 1)
        console.log(at + 1, queue.length, JSON.stringify((await analyses.errors(id)).background));
    }
  }
});
