import { encodePng16 } from '../imaging';
import { type Anatomy, paintAnatomy, skinOutline } from './anatomy';
import { type DlInfoRow, keySliceName, seriesFolder, sliceFile } from './dlInfo';
import { contourAt, type Lesion, paintLesion, sectionScale } from './lesion';
import { type KeySlice, type PatientPlan, planPatient, type Study } from './plan';
import { Random } from './random';
import { Raster } from './raster';
import { axisLength, boxOfRecist, jitterRecist, measureRecist, type RecistMeasurement } from './recist';
import { addTexture, finishSlice } from './scanner';
import { bodyPart, drawWindow, splitOf } from './windows';

/** Side of every slice, pixels. */
const SLICE_SIZE = 512;
/** Spread of a reader's end points, pixels. */
const READER_JITTER_PX = 0.5;
/** An unmarked lesion counts as visible from this short diameter on, mm. */
const LEAST_VISIBLE_MM = 4;

/** A lesion on a key slice as the files tell it. */
export interface AnnotatedLesion {
  readonly row: DlInfoRow;
  readonly type: string;
  readonly kind: string;
  readonly coarseType: number;
}

/** A visible lesion that no reader marked. */
export interface UnannotatedLesion {
  readonly fileName: string;
  readonly box: readonly number[];
  readonly diametersPx: readonly [number, number];
  readonly type: string;
  readonly kind: string;
  readonly coarseType: number;
}

/** Everything the tables say about one patient. */
export interface PatientRecords {
  readonly patientIndex: number;
  readonly slices: number;
  readonly keySlices: number;
  readonly annotated: readonly AnnotatedLesion[];
  readonly unannotated: readonly UnannotatedLesion[];
}

/** Receives one encoded slice: folder of its series, file name, bytes. */
export type SliceSink = (folder: string, file: string, png: Buffer) => void;

function renderSlice(seed: number, patient: PatientPlan, study: Study, sliceIndex: number, z: number): Buffer {
  const { anatomy, patientIndex } = patient;
  const zAtlas = z / anatomy.scaleZ;
  const geometry = {
    size: SLICE_SIZE,
    spacing: study.spacing,
    originX: study.originX,
    originY: study.originY,
    scaleX: anatomy.scaleX,
    scaleY: anatomy.scaleY,
  };
  const raster = new Raster(geometry, anatomy.warpAt(zAtlas));
  paintAnatomy(raster, anatomy, zAtlas, study.thicknessMm);
  addTexture(raster, patientIndex * 37, patientIndex * 101);
  for (const lesion of study.lesions) paintLesion(raster, lesion, z, study.thicknessMm);
  const random = new Random(seed, 'scan', patientIndex, study.studyIndex, sliceIndex);
  const streaky = (zAtlas > 45 && zAtlas < 112) || (zAtlas > 655 && zAtlas < 740);
  const pixels = finishSlice(raster, {
    noiseHu: study.noiseHu,
    random,
    circle: study.circle,
    streakHu: streaky ? random.uniform(3, 9) : 0,
  });
  return encodePng16(pixels, SLICE_SIZE, SLICE_SIZE);
}

/** Measures a lesion on a slice in 1-based pixels; undefined if the slice misses it. */
function measure(lesion: Lesion, study: Study, z: number, random: Random): RecistMeasurement | undefined {
  const contour = contourAt(lesion, z, study.thicknessMm);
  if (contour.length === 0) return undefined;
  const pixels = contour.map(({ x, y }) => ({
    x: x / study.spacing + study.originX + 1,
    y: y / study.spacing + study.originY + 1,
  }));
  return jitterRecist(measureRecist(pixels), READER_JITTER_PX, random);
}

function rounded(measurement: RecistMeasurement): RecistMeasurement {
  const round = ({ x, y }: { x: number; y: number }): { x: number; y: number } => ({
    x: Number(x.toPrecision(6)),
    y: Number(y.toPrecision(6)),
  });
  const [a, b] = measurement.longAxis;
  const [c, d] = measurement.shortAxis;
  return { longAxis: [round(a), round(b)], shortAxis: [round(c), round(d)] };
}

/** A measurement that slipped: the few rows that the published file calls possibly noisy. */
function slipped(measurement: RecistMeasurement, random: Random): RecistMeasurement {
  const dx = random.normal(0, 12);
  const dy = random.normal(0, 12);
  const move = ({ x, y }: { x: number; y: number }): { x: number; y: number } => ({ x: x + dx, y: y + dy });
  const [a, b] = measurement.longAxis;
  const [c, d] = measurement.shortAxis;
  return { longAxis: [move(a), move(b)], shortAxis: [move(c), move(d)] };
}

function relativeLocation(anatomy: Anatomy, lesion: Lesion): [number, number, number] {
  const zAtlas = lesion.z / anatomy.scaleZ;
  const skin = skinOutline(zAtlas, anatomy.fatMm);
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  return [
    within(0.5 + lesion.x / anatomy.scaleX / (2 * skin.rx)),
    within(0.5 + (lesion.y / anatomy.scaleY - skin.cy) / (2 * skin.ry)),
    within(bodyPart(zAtlas)),
  ];
}

interface KeySliceContext {
  readonly seed: number;
  readonly patient: PatientPlan;
  readonly study: Study;
  readonly key: KeySlice;
  readonly neighbours: number;
}

function annotate(context: KeySliceContext, lesion: Lesion, random: Random): AnnotatedLesion | undefined {
  const { seed, patient, study, key, neighbours } = context;
  const { anatomy, patientIndex } = patient;
  const clean = measure(lesion, study, key.z, random);
  if (clean === undefined) return undefined;
  const noisy = random.chance(0.003);
  const measurement = rounded(noisy ? slipped(clean, random) : clean);
  const split = splitOf(seed, patientIndex);
  const points = [...measurement.longAxis, ...measurement.shortAxis];
  const row: DlInfoRow = {
    fileName: keySliceName(patientIndex, study.studyIndex, study.seriesId, key.sliceIndex),
    patientIndex,
    studyIndex: study.studyIndex,
    seriesId: study.seriesId,
    keySliceIndex: key.sliceIndex,
    measurement: points.flatMap(({ x, y }) => [x, y]),
    box: boxOfRecist(measurement),
    diametersPx: [axisLength(measurement.longAxis), axisLength(measurement.shortAxis)],
    location: relativeLocation(anatomy, lesion),
    coarseType: split === 1 ? -1 : lesion.coarse,
    possiblyNoisy: noisy ? 1 : 0,
    sliceRange: [key.sliceIndex - neighbours, key.sliceIndex + neighbours],
    spacing: [study.spacing, study.spacing, study.intervalMm],
    imageSize: [SLICE_SIZE, SLICE_SIZE],
    window: drawWindow(random, lesion.coarse),
    gender: anatomy.sex,
    age: study.ageYears,
    split,
  };
  return { row, type: lesion.type, kind: lesion.kind, coarseType: lesion.coarse };
}

function findUnannotated(context: KeySliceContext, lesion: Lesion, random: Random): UnannotatedLesion | undefined {
  const { patient, study, key } = context;
  if (2 * Math.min(lesion.rx, lesion.ry) * sectionScale(lesion, key.z) < LEAST_VISIBLE_MM) return undefined;
  const measurement = measure(lesion, study, key.z, random);
  if (measurement === undefined) return undefined;
  return {
    fileName: keySliceName(patient.patientIndex, study.studyIndex, study.seriesId, key.sliceIndex),
    box: boxOfRecist(rounded(measurement)),
    diametersPx: [axisLength(measurement.longAxis), axisLength(measurement.shortAxis)],
    type: lesion.type,
    kind: lesion.kind,
    coarseType: lesion.coarse,
  };
}

/**
 * Renders all key slices of a patient with their neighbours, and tells what is on them. Depends on nothing but its
 * arguments.
 * @param neighbours slices before and after each key slice.
 */
export function renderPatient(seed: number, patientIndex: number, neighbours: number, sink: SliceSink): PatientRecords {
  const patient = planPatient(seed, patientIndex);
  const annotated: AnnotatedLesion[] = [];
  const unannotated: UnannotatedLesion[] = [];
  let slices = 0;
  let keySlices = 0;
  for (const study of patient.studies) {
    const written = new Set<number>();
    const folder = seriesFolder(patientIndex, study.studyIndex, study.seriesId);
    for (const key of study.keySlices) {
      const random = new Random(seed, 'reader', patientIndex, study.studyIndex, key.sliceIndex);
      const context: KeySliceContext = { seed, patient, study, key, neighbours };
      for (const lesion of study.lesions) {
        if (key.marked.includes(lesion.id)) {
          const found = annotate(context, lesion, random);
          if (found !== undefined) annotated.push(found);
        } else {
          const found = findUnannotated(context, lesion, random);
          if (found !== undefined) unannotated.push(found);
        }
      }
      keySlices++;
      for (let index = key.sliceIndex - neighbours; index <= key.sliceIndex + neighbours; index++) {
        if (written.has(index)) continue;
        written.add(index);
        sink(
          folder,
          sliceFile(index),
          renderSlice(seed, patient, study, index, key.z + (index - key.sliceIndex) * study.intervalMm),
        );
        slices++;
      }
    }
  }
  return { patientIndex, slices, keySlices, annotated, unannotated };
}
