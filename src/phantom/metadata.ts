import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BadUserInput } from '../errors';
import { type DlInfoRow, dlInfoHeader, dlInfoLine, keySliceName } from './dlInfo';
import { GENERATOR_VERSION } from './generate';
import { LESION_KINDS } from './kinds';
import { checkInteger, fillFolder } from './outputFolder';
import { Random } from './random';
import { axisLength, boxOfRecist, type RecistMeasurement } from './recist';
import { bodyPart, drawWindow } from './windows';

/**
 * The published split: patients, bookmarked images and lesions of train, validation and test (facts of the public
 * release, 2018).
 */
const PUBLISHED = [
  { split: 1, patients: 3059, images: 22_496, lesions: 22_919, noisy: 18 },
  { split: 2, patients: 703, images: 4_793, lesions: 4_889, noisy: 2 },
  { split: 3, patients: 665, images: 4_831, lesions: 4_927, noisy: 15 },
] as const;
const PUBLISHED_PATIENTS = 4_427;
const PUBLISHED_LESIONS = 32_735;
const MOST_STUDIES = 26;

/** What metadata to generate. */
export interface MetadataOptions {
  /** Rows of DL_info.csv; 32,735 by default, the public release. */
  readonly lesions?: number;
  /** Patients; 4,427 by default. Every split gets one patient at least, and every patient one lesion. */
  readonly patients?: number;
  /** Integer seed, 0 to 2³¹ − 1. */
  readonly seed: number;
  /** Folder to be made. */
  readonly outDir: string;
}

/** What was generated. */
export interface MetadataSummary {
  readonly outDir: string;
  readonly patients: number;
  readonly images: number;
  readonly lesions: number;
  readonly alreadyThere: boolean;
}

interface SplitCounts {
  readonly split: 1 | 2 | 3;
  readonly patients: number;
  readonly images: number;
  readonly lesions: number;
  readonly noisy: number;
}

/** Cuts a total into the published proportions; the published totals give exactly the published counts. */
function splitCounts(lesions: number, patients: number): SplitCounts[] {
  const scale = lesions / PUBLISHED_LESIONS;
  const rounded = PUBLISHED.map((p) => ({
    split: p.split,
    patients: Math.max(1, Math.round((p.patients * patients) / PUBLISHED_PATIENTS)),
    lesions: Math.max(1, Math.round(p.lesions * scale)),
    noisy: Math.round(p.noisy * scale),
    imageShare: p.images / p.lesions,
  }));
  const [train, val, test] = rounded;
  if (!train || !val || !test) throw new RangeError('there are three splits');
  train.patients = patients - val.patients - test.patients;
  train.lesions = lesions - val.lesions - test.lesions;
  return rounded.map(({ imageShare, ...counts }) => ({
    ...counts,
    images: Math.max(counts.patients, Math.ceil(counts.lesions / 3), Math.round(counts.lesions * imageShare)),
  }));
}

/**
 * Shares a total out over patients: one each, the rest by log-normal weights, as few patients have very many images.
 */
function shareOut(total: number, patients: number, random: Random): number[] {
  const weights = Array.from({ length: patients }, () => Math.exp(random.normal(0, 1.1)));
  const sum = weights.reduce((a, b) => a + b, 0);
  const rest = total - patients;
  let owed = 0;
  let given = 0;
  return weights.map((weight, k) => {
    owed += (rest * weight) / sum;
    const here = k === patients - 1 ? rest - given : Math.round(owed) - given;
    given += here;
    return 1 + here;
  });
}

interface ImageHead {
  readonly patientIndex: number;
  readonly studyIndex: number;
  readonly seriesId: number;
  readonly keySliceIndex: number;
  readonly split: 1 | 2 | 3;
  readonly spacing: number;
  readonly intervalMm: number;
  readonly gender: 'F' | 'M';
  readonly age: number;
}

/** The bookmarked images of one patient: studies of about three key slices, each slice of a series once. */
function drawImages(patientIndex: number, split: 1 | 2 | 3, count: number, random: Random): ImageHead[] {
  const heads: ImageHead[] = [];
  const gender = random.chance(0.57) ? 'M' : 'F';
  let age = Math.round(random.clippedNormal(54, 15, 3, 87));
  let studyIndex = 0;
  let study = { seriesId: 1, spacing: 0.8, intervalMm: 5, slice: 0 };
  for (let k = 0; k < count; k++) {
    if (k === 0 || (studyIndex < MOST_STUDIES && random.chance(0.36))) {
      studyIndex++;
      if (k > 0 && random.chance(0.3)) age++;
      study = {
        seriesId: random.weighted([1, 2, 3] as const, (n) => (n === 1 ? 0.82 : 0.09)),
        spacing: Math.round(random.clippedNormal(0.8, 0.08, 0.45, 0.977) * 512) / 512,
        intervalMm: random.weighted([1, 5, 2] as const, (mm) => (mm === 2 ? 0.03 : 0.485)),
        slice: random.integer(30) + 8,
      };
    }
    study.slice += 1 + random.integer(study.intervalMm < 3 ? 40 : 9);
    heads.push({ patientIndex, studyIndex, split, gender, age, keySliceIndex: study.slice, ...study });
  }
  return heads;
}

function drawMeasurement(longPx: number, aspect: number, random: Random): RecistMeasurement {
  const cx = random.clippedNormal(256, 75, 70, 440);
  const cy = random.clippedNormal(260, 50, 120, 400);
  const angle = random.uniform(0, Math.PI);
  const off = random.uniform(-0.15, 0.15) * longPx;
  const at = (along: number, across: number) => ({
    x: Number((cx + along * Math.cos(angle) - across * Math.sin(angle)).toPrecision(6)),
    y: Number((cy + along * Math.sin(angle) + across * Math.cos(angle)).toPrecision(6)),
  });
  const half = longPx / 2;
  return { longAxis: [at(-half, 0), at(half, 0)], shortAxis: [at(off, -half * aspect), at(off, half * aspect)] };
}

function drawRow(head: ImageHead, random: Random): DlInfoRow {
  const kind = random.weighted(LESION_KINDS, ({ weight }) => weight);
  const longPx = random.logUniform(kind.diameterMm[0], kind.diameterMm[1]) / head.spacing;
  const measurement = drawMeasurement(longPx, random.uniform(0.5, 0.97), random);
  const box = boxOfRecist(measurement);
  const around = Math.round(30 / head.intervalMm);
  const { keySliceIndex } = head;
  return {
    fileName: keySliceName(head.patientIndex, head.studyIndex, head.seriesId, keySliceIndex),
    patientIndex: head.patientIndex,
    studyIndex: head.studyIndex,
    seriesId: head.seriesId,
    keySliceIndex,
    measurement: [...measurement.longAxis, ...measurement.shortAxis].flatMap(({ x, y }) => [x, y]),
    box,
    diametersPx: [axisLength(measurement.longAxis), axisLength(measurement.shortAxis)],
    location: [(box[0] + box[2]) / 1024, (box[1] + box[3]) / 1024, bodyPart(random.uniform(...kind.zRange))],
    coarseType: head.split === 1 ? -1 : kind.coarse,
    possiblyNoisy: 0,
    sliceRange: [Math.max(1, keySliceIndex - around), keySliceIndex + around],
    spacing: [head.spacing, head.spacing, head.intervalMm],
    imageSize: [512, 512],
    window: drawWindow(random, kind.coarse),
    gender: head.gender,
    age: head.age,
    split: head.split,
  };
}

/** Rows of one image: one, or two or three if lesions remain. */
function lesionsPerImage(images: number, lesions: number, random: Random): Uint8Array {
  const perImage = new Uint8Array(images).fill(1);
  for (let left = lesions - images; left > 0; ) {
    const k = random.integer(images);
    const count = perImage[k] ?? 3;
    if (count >= 3 || (count === 2 && left < images && !random.chance(0.04))) continue;
    perImage[k] = count + 1;
    left--;
  }
  return perImage;
}

function drawRows(lesions: number, patients: number, seed: number): DlInfoRow[] {
  const random = new Random(seed, 'metadata');
  const places = Array.from({ length: patients }, (_, k) => ({ patientIndex: k + 1, order: random.next() })).sort(
    (a, b) => a.order - b.order,
  );
  const rows: DlInfoRow[] = [];
  for (const counts of splitCounts(lesions, patients)) {
    const members = places.splice(0, counts.patients);
    const perImage = lesionsPerImage(counts.images, counts.lesions, random);
    const noisy = new Set<number>();
    while (noisy.size < counts.noisy) noisy.add(random.integer(counts.lesions));
    let image = 0;
    let row = 0;
    for (const [k, share] of shareOut(counts.images, counts.patients, random).entries()) {
      for (const head of drawImages(members[k]?.patientIndex ?? 0, counts.split, share, random)) {
        for (let n = perImage[image++] ?? 1; n > 0; n--) {
          const drawn = drawRow(head, random);
          rows.push(noisy.has(row++) ? { ...drawn, possiblyNoisy: 1 } : drawn);
        }
      }
    }
  }
  return rows.sort((a, b) => a.patientIndex - b.patientIndex);
}

/**
 * Writes a DL_info.csv without pixel files: for measuring an import at full size. With the default numbers it has the
 * public release's counts of patients, images, lesions and noisy rows in every split.
 * @throws BadUserInput for numbers out of range, Conflict where the folder holds anything but exactly this file
 */
export async function generateMetadata(options: MetadataOptions): Promise<MetadataSummary> {
  const patients = checkInteger('patients', options.patients ?? PUBLISHED_PATIENTS, 3, 100_000);
  const lesions = checkInteger('lesions', options.lesions ?? PUBLISHED_LESIONS, 3, 1_000_000);
  const seed = checkInteger('seed', options.seed, 0, 2 ** 31 - 1);
  if (splitCounts(lesions, patients).some((split) => split.patients < 1 || split.lesions < split.images)) {
    const message = `${lesions} lesions are too few for ${patients} patients: every patient of every split needs one.`;
    throw new BadUserInput(message, 'lesions');
  }
  const parameters = { generatorVersion: GENERATOR_VERSION, kind: 'metadata', seed, patients, lesions };
  const { counts, alreadyThere } = await fillFolder(options.outDir, parameters, async (partial) => {
    const rows = drawRows(lesions, patients, seed);
    writeFileSync(join(partial, 'DL_info.csv'), `${[dlInfoHeader(), ...rows.map(dlInfoLine)].join('\n')}\n`);
    const generator = `the phantom generator of DeepLesion Server, version ${GENERATOR_VERSION}, seed ${seed}`;
    const note = `SYNTHETIC METADATA: no patient, no images. Made by ${generator}.\nLicence: CC0 1.0.\n`;
    writeFileSync(join(partial, 'README.txt'), note);
    return { patients, images: new Set(rows.map((row) => row.fileName)).size, lesions: rows.length };
  });
  return {
    outDir: resolve(options.outDir),
    patients: counts.patients ?? 0,
    images: counts.images ?? 0,
    lesions: counts.lesions ?? 0,
    alreadyThere,
  };
}
