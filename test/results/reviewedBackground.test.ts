import { readPagesOfParents } from '../../src/database';
import { iou } from '../../src/evaluation';
import { type Lesion, sectionScale } from '../../src/phantom/lesion';
import { planPatient, type Study } from '../../src/phantom/plan';
import { addReview, EvaluationAnalyses, evaluateRun, reviewQueueListing } from '../../src/results';
import type { DetectionRow } from '../../src/runs';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun } from './evaluatedRun';

type Box = [number, number, number, number];
/** A key slice of the phantoms: the lesions that the reader marked, and those that are visible and were not. */
interface KnownSlice {
  patient: number;
  marked: Box[];
  hidden: Box[];
}

const STRAY: Box = [4, 4, 14, 14];
let bed: TestDatabase;
let slices: KnownSlice[];
let runId: number;

/** The box of a lesion's section, in pixels of a slice; null: the slice does not go through it. */
function boxOn({ spacing, originX, originY }: Study, lesion: Lesion, z: number): Box | null {
  const scale = sectionScale(lesion, z);
  if (scale < 0.3) return null;
  const [x, y] = [lesion.x / spacing + originX, lesion.y / spacing + originY];
  const [rx, ry] = [(scale * lesion.rx) / spacing, (scale * lesion.ry) / spacing];
  return [x - rx, y - ry, x + rx, y + ry];
}

function slicesOf(patientIndex: number): KnownSlice[] {
  return planPatient(7, patientIndex).studies.flatMap((study) =>
    study.keySlices.map(({ z, marked }) => {
      const boxes = study.lesions.map((lesion) => ({
        isMarked: marked.includes(lesion.id),
        box: boxOn(study, lesion, z),
      }));
      const of = (isMarked: boolean): Box[] =>
        boxes.flatMap((one) => (one.box !== null && one.isMarked === isMarked ? [one.box] : []));
      return { patient: patientIndex, marked: of(true), hidden: of(false) };
    }),
  );
}

/** A detector that sees every lesion of the phantoms, marked or not, and one thing in each slice that is none. */
beforeAll(async () => {
  bed = await createTestDatabase();
  slices = [1, 2, 3, 4, 5, 6, 7, 8].flatMap(slicesOf);
  const images = slices.map(({ patient, marked, hidden }): MadeImage => {
    const detections = [...marked, ...hidden, STRAY].map((box, at) => ({ box, score: 0.9 - at / 20 }));
    return { patient, lesions: marked.map((box) => ({ box })), detections };
  });
  ({ runId } = await makeRun(bed.database, images));
});
afterAll(() => bed.drop());

it('is parted by a review, box by box, until the background is what the phantoms are known to be', async () => {
  const { id } = await evaluateRun(bed.database, runId, { resamples: 100 });
  const analyses = new EvaluationAnalyses(bed.database);
  const real = slices.flatMap(({ hidden }) => hidden).length;
  expect(real).toBeGreaterThan(1);
  const total = real + slices.length;
  const before = (await analyses.errors(id)).background;
  expect(before.unreviewed.count).toBe(total);
  expect(before.confirmedLesions).toEqual({ count: 0, interval: { low: 0, high: 0 } });

  const pages = await readPagesOfParents(bed.database, reviewQueueListing({}, []), { first: 500 }, [runId]);
  const queue: DetectionRow[] = pages.get(runId)!.rows;
  expect(queue).toHaveLength(total);
  for (const [at, detection] of queue.entries()) {
    // File names of the made images are numbers, in the order of the slices.
    const known = slices[Number.parseInt(detection.imageFileName, 10)]!.hidden;
    const isLesion = known.some(([x1, y1, x2, y2]) => iou(detection, { x1, y1, x2, y2 }) > 0.5);
    const verdict = isLesion ? 'LESION' : 'NOT_A_LESION';
    await addReview(bed.database, { detectionId: detection.id, verdict, reviewer: 'R', remark: null });
    if (at !== Math.floor(total / 2)) continue;
    const { confirmedLesions, confirmedFalse, unreviewed } = (await analyses.errors(id)).background;
    expect(confirmedLesions.count).toBeLessThanOrEqual(real);
    expect(confirmedLesions.count + confirmedFalse.count).toBe(at + 1);
    expect(unreviewed.count).toBe(total - at - 1);
  }

  const after = (await analyses.errors(id)).background;
  expect([after.confirmedLesions.count, after.confirmedFalse.count, after.unreviewed.count]).toEqual([
    ...[real, slices.length, 0],
  ]);
  expect(after.confirmedLesions.interval!.low).toBeLessThanOrEqual(real);
  expect(after.confirmedLesions.interval!.high).toBeGreaterThanOrEqual(real);
});
