import { join } from 'node:path';
import {
  allLesions,
  bestIouOfLesions,
  bootstrapAccuracy,
  compareArms,
  countHits,
  hitLevels,
  type ImageBoxes,
  type Interval,
  imagesOfLesions,
  packImages,
  type Resampling,
  rankDetections,
} from '../evaluation';
import { type DetectionTarget, InferenceHost, type ModelFolder, readModelFolder } from '../inference';
import { detectorFolderNames } from '../models';
import type { BoxedSlice, BoxedSlices } from './readBoxedSlices';

const TOP_K = [1, 5] as const;
const THRESHOLDS = Float64Array.of(0.3, 0.5, 0.75);
const RESAMPLES = 10_000;
const SEED = 1;

/** What a detector finds, at one topK and one IoU threshold. */
export interface DetectorFigure {
  readonly topK: number;
  readonly iouThreshold: number;
  readonly correct: number;
  readonly total: number;
  /** 95 %, bootstrap over patients; null with fewer than two patients */
  readonly interval: Interval | null;
}

/** One detector less another, at one topK and one IoU threshold, −1..1. */
interface Difference {
  readonly topK: number;
  readonly iouThreshold: number;
  readonly difference: number | null;
  readonly interval: Interval | null;
}

/** Every detector on the slices of a folder. */
export interface RealSlicesReport {
  readonly slices: number;
  readonly lesions: number;
  readonly patients: number;
  readonly hounsfieldAdded: number;
  readonly detectors: readonly { readonly name: string; readonly figures: readonly DetectorFigure[] }[];
  /** each other detector less the baseline, paired lesion by lesion */
  readonly differences: readonly { readonly name: string; readonly baseline: string; readonly points: Difference[] }[];
}

/** [topK] → hit levels of all lesions */
type Levels = readonly Uint16Array[];

function targetOf(imageRoot: string, { path, width, height }: BoxedSlice): DetectionTarget {
  return {
    imageRoot,
    fileName: path,
    pixelPath: path,
    width,
    height,
    pixelSha256: null,
    pixelConvention: 'ZERO_BASED',
    sliceIndex: Number(/(\d+)\.png$/.exec(path)?.[1] ?? 0),
    sliceIntervalMm: null,
  };
}

async function detectAll(host: InferenceHost, model: ModelFolder, { imageRoot, slices }: BoxedSlices): Promise<Levels> {
  const images: ImageBoxes[] = [];
  for (const slice of slices) {
    const { boxes } = await host.detect(model, targetOf(imageRoot, slice), model.manifest.defaults);
    images.push({
      lesions: slice.boxes,
      detections: boxes.map(({ x1, y1, x2, y2, score }) => [x1, y1, x2, y2, score] as const),
    });
  }
  const packed = packImages(images);
  const ranking = rankDetections(packed);
  return TOP_K.map((topK) => hitLevels(bestIouOfLesions(packed, ranking, topK), THRESHOLDS));
}

function patientsOf({ slices }: BoxedSlices): Pick<Resampling, 'patientOf' | 'patientCount'> {
  const names = [...new Set(slices.map(({ patient }) => patient))];
  const packed = packImages(slices.map(({ boxes }) => ({ lesions: boxes, detections: [] })));
  const patientOf = imagesOfLesions(packed).map((image) => names.indexOf(slices[image]?.patient ?? ''));
  return { patientOf, patientCount: names.length };
}

const eachPoint = <T>(make: (reading: number, t: number, facts: { topK: number; iouThreshold: number }) => T): T[] =>
  TOP_K.flatMap((topK, reading) => [...THRESHOLDS].map((iouThreshold, t) => make(reading, t, { topK, iouThreshold })));

function figuresOf(levels: Levels, resampling: Resampling): DetectorFigure[] {
  const all = allLesions(resampling.patientOf.length);
  const intervals = bootstrapAccuracy(levels, [all], THRESHOLDS.length, resampling);
  const counts = levels.map((one) => countHits(one, all, THRESHOLDS.length));
  return eachPoint((reading, t, facts) => ({
    ...facts,
    correct: counts[reading]?.correct[t] ?? 0,
    total: all.lesions.length,
    interval: intervals[reading]?.[0]?.[t] ?? null,
  }));
}

function differencesOf(baseline: Levels, other: Levels, resampling: Resampling): Difference[] {
  const all = allLesions(resampling.patientOf.length);
  const compared = baseline.map((levels, reading) =>
    compareArms([levels], other.slice(reading, reading + 1), all, THRESHOLDS.length, resampling),
  );
  return eachPoint((reading, t, facts) => ({
    ...facts,
    difference: compared[reading]?.[t]?.difference ?? null,
    interval: compared[reading]?.[t]?.differenceInterval ?? null,
  }));
}

/**
 * Runs every detector of a folder of models over the slices, by the product's own inference, and evaluates it by the
 * paper's accuracy with a bootstrap over patients. The baseline of the differences is the first detector of one class.
 *
 * @param modelsDir folder with one folder for each model, as MODELS_DIR
 * @throws BadUserInput if a model folder does not fit; NotFound, InvalidImage from reading the slices
 */
export async function compareDetectors(
  given: BoxedSlices,
  modelsDir: string,
  hounsfieldAdded: number,
): Promise<RealSlicesReport> {
  const resampling: Resampling = { ...patientsOf(given), resamples: RESAMPLES, seed: SEED };
  const host = new InferenceHost({ executionProviders: ['cpu'], threads: 1 });
  const found: { name: string; classes: number; levels: Levels }[] = [];
  try {
    for (const folder of await detectorFolderNames(modelsDir)) {
      const model = await readModelFolder(join(modelsDir, folder));
      const { name, version, classes } = model.manifest;
      const levels = await detectAll(host, model, given);
      found.push({ name: `${name}@${version}`, classes: classes.length, levels });
    }
  } finally {
    host.stop('All detectors are measured.');
  }
  const baseline = found.find(({ classes }) => classes === 1) ?? found[0];
  return {
    slices: given.slices.length,
    lesions: resampling.patientOf.length,
    patients: resampling.patientCount,
    hounsfieldAdded,
    detectors: found.map(({ name, levels }) => ({ name, figures: figuresOf(levels, resampling) })),
    differences: found
      .filter((one) => baseline !== undefined && one !== baseline)
      .map(({ name, levels }) => ({
        name,
        baseline: baseline?.name ?? '',
        points: differencesOf(baseline?.levels ?? [], levels, resampling),
      })),
  };
}
