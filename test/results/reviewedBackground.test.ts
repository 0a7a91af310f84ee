import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readPagesOfParents } from '../../src/database';
import { iou } from '../../src/evaluation';
import { generatePhantoms } from '../../src/phantom';
import { addReview, EvaluationAnalyses, evaluateRun, reviewQueueListing } from '../../src/results';
import type { DetectionRow } from '../../src/runs';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { type MadeImage, makeRun } from './evaluatedRun';

type Box = [number, number, number, number];

const STRAY: Box = [4, 4, 24, 24];
let bed: TestDatabase;
let folder: string;
/** boxes of the lesions that no reader marked, by key slice */
const hidden = new Map<string, Box[]>();
let fileNames: string[];
let runId: number;

const readTable = (name: string): Record<string, string>[] =>
  parse(readFileSync(join(folder, 'set', name)), { columns: true });
const boxOf = (row: Record<string, string>): Box => row.Bounding_boxes!.split(', ').map(Number) as Box;

/** A detector that sees every lesion of the phantoms, marked or not, and one thing in each slice that is none. */
beforeAll(async () => {
  bed = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'reviewed-phantoms-'));
  await generatePhantoms({ patients: 4, seed: 424, neighbours: 0, outDir: join(folder, 'set'), workers: 1 });
  const images = new Map<string, MadeImage>();
  for (const row of readTable('DL_info.csv')) {
    const image = images.get(row.File_name!) ?? { patient: Number(row.Patient_index), lesions: [] };
    images.set(row.File_name!, { ...image, lesions: [...(image.lesions ?? []), { box: boxOf(row) }] });
  }
  for (const row of readTable('unannotated.csv'))
    hidden.set(row.File_name!, [...(hidden.get(row.File_name!) ?? []), boxOf(row)]);
  fileNames = [...images.keys()];
  const made = await makeRun(
    bed.database,
    [...images].map(([name, image]) => ({
      ...image,
      detections: [...(image.lesions ?? []).map(({ box }) => box), ...(hidden.get(name) ?? []), STRAY].map(
        (box, at) => ({
          box,
          score: 0.9 - at / 20,
        }),
      ),
    })),
  );
  runId = made.runId;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bed.drop();
});

it('is parted by a review, box by box, until the background is what the phantoms are known to be', async () => {
  const { id } = await evaluateRun(bed.database, runId, { resamples: 100 });
  const analyses = new EvaluationAnalyses(bed.database);
  const real = [...hidden.values()].flat().length;
  expect(real).toBeGreaterThan(0);
  const total = real + fileNames.length;
  const before = (await analyses.errors(id)).background;
  expect(before.unreviewed.count).toBe(total);
  expect(before.confirmedLesions).toEqual({ count: 0, interval: { low: 0, high: 0 } });

  const pages = await readPagesOfParents(bed.database, reviewQueueListing({}, []), { first: 500 }, [runId]);
  const queue: DetectionRow[] = pages.get(runId)!.rows;
  expect(queue).toHaveLength(total);
  for (const [at, detection] of queue.entries()) {
    // File names of the made images are numbers, in the order of the phantoms'.
    const known = hidden.get(fileNames[Number.parseInt(detection.imageFileName, 10)]!) ?? [];
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
    ...[real, fileNames.length, 0],
  ]);
  expect(after.confirmedLesions.interval!.low).toBeLessThanOrEqual(real);
  expect(after.confirmedLesions.interval!.high).toBeGreaterThanOrEqual(real);
});
