import type { Queryable } from '../database';
import { clipBoxes, dropBelow, type ScoredImages, type Stratum } from '../evaluation';
import { type CountingReviews, findConfirmedLesions } from './confirmedLesions';
import {
  BYTES_PER_DETECTION,
  type CompletedImage,
  type EvaluatedLesion,
  type PackedDetections,
} from './evaluatedBoxes';
import type { NoisyLesions } from './evaluationPresets';
import type { EvaluatedPopulation } from './evaluationProtocol';
import { findLeftOut, type LeftOut } from './leftOut';
import { findOwnStrata, type OwnStratum } from './ownStrata';
import { findPackedDetections } from './packedDetections';

export type { EvaluatedLesion } from './evaluatedBoxes';

/** The boxes of a run's completed images, and what is known of their lesions. G lesions, I images. */
export interface EvaluationData {
  /** I, in the order of their file names, which is that of their ids in COCO files: equal scores are ranked by it */
  readonly imageIds: readonly number[];
  readonly images: ScoredImages;
  /** G */
  readonly lesions: readonly EvaluatedLesion[];
  /** G, the patient of each lesion as 0..patientCount − 1 */
  readonly patientOf: Int32Array;
  readonly patientCount: number;
  /** I, the patient of each image: as in `patientOf`, patients without lesions after those */
  readonly patientOfImage: Int32Array;
  /** patients of the images, with or without lesions */
  readonly imagePatientCount: number;
  readonly population: EvaluatedPopulation;
  /** those of the request */
  readonly ownStrata: readonly Stratum[];
  /** what the protocol does not count, with the reason, by image; only if it was requested */
  readonly leftOut: readonly LeftOut[];
}

export interface DataRequest {
  runId: number;
  /** whose clusters are strata: id outside the database */
  categorization: string | null;
  possiblyNoisyLesions: NoisyLesions;
  /** which reviews of the data set version count; null if reviews are ignored */
  reviews: CountingReviews | null;
  /** if given, detections below this score are ignored */
  scoreFloor?: number;
  /** the caller's own, of annotated lesions; none unless given */
  strata?: readonly OwnStratum[];
  /** when given, only these of the completed images */
  imageIds?: ReadonlySet<number>;
  /** when given, only these few images are read, with the same result for each as if all were */
  onlyImages?: readonly number[];
  /** whether `leftOut` is wanted */
  withLeftOut?: boolean;
}

/**
 * Reads what an evaluation needs. Images come first, so that a batch which is committed meanwhile is ignored as a
 * whole.
 */
export async function loadEvaluationData(database: Queryable, request: DataRequest): Promise<EvaluationData> {
  const completed = await findCompletedImages(database, request);
  const states = await countStates(database, request.runId);
  const annotated = await findLesionsOfRun(database, request, 'COMPLETED');
  const confirmed = await findConfirmed(database, request);
  const allLesions = [...annotated, ...confirmed];
  const { runId, onlyImages: imageIds } = request;
  const detections = await findPackedDetections(database, { runId, ...(imageIds && { imageIds }) });
  const wanted = request.imageIds ? completed.filter((image) => request.imageIds?.has(image.id)) : completed;
  const lesionsOf = groupByImage(allLesions);
  const counts = (lesion: EvaluatedLesion): boolean => request.possiblyNoisyLesions === 'KEEP' || !lesion.possiblyNoisy;
  // The public codes drop a noisy box, and the image only when no box remains; images that never had one stay.
  const kept = wanted.filter(({ id }) => lesionsOf.get(id)?.some(counts) ?? true);
  const lesions = kept.flatMap(({ id }) => lesionsOf.get(id)?.filter(counts) ?? []);
  const packed = packBoxes(kept, lesions, detections);
  const leftOut = request.withLeftOut
    ? findLeftOut({
        ...{ wanted, kept, detections, scoreFloor: request.scoreFloor ?? 0 },
        lesions: allLesions.filter((lesion) => !counts(lesion)),
        unprocessed: await findLesionsOfRun(database, request, 'OTHERS'),
      })
    : [];
  const images = request.scoreFloor === undefined ? packed : dropBelow(packed, request.scoreFloor);
  const patients = new Map<number, number>();
  for (const { patientId } of lesions) if (!patients.has(patientId)) patients.set(patientId, patients.size);
  const patientCount = patients.size;
  const lesionIds = lesions.map((lesion) => lesion.id);
  const ownStrata = await findOwnStrata(database, request.runId, lesionIds, request.strata ?? []);
  for (const { patientId } of kept) if (!patients.has(patientId)) patients.set(patientId, patients.size);
  return {
    imageIds: kept.map((image) => image.id),
    images,
    lesions,
    patientOf: Int32Array.from(lesions, (lesion) => patients.get(lesion.patientId)!),
    patientCount,
    patientOfImage: Int32Array.from(kept, (image) => patients.get(image.patientId)!),
    imagePatientCount: patients.size,
    population: {
      images: kept.length,
      imagesCompleted: completed.length,
      imagesFailed: states.FAILED,
      imagesPending: states.PENDING,
      imagesLeftOut: wanted.length - kept.length,
      imagesWithoutLesions: kept.filter(({ id }) => !lesionsOf.has(id)).length,
      lesions: lesions.length,
      ...(request.reviews === null ? {} : { lesionsConfirmed: lesions.filter(({ id }) => id < 0).length }),
      lesionsLeftOut: wanted.flatMap(({ id }) => lesionsOf.get(id) ?? []).filter((lesion) => !counts(lesion)).length,
      patients: patientCount,
      detections: images.scores.length,
    },
    ownStrata,
    leftOut,
  };
}

/** SQL that restricts a statement to the requested images. @returns the end of its name, the condition and its values */
function restriction(
  { onlyImages }: DataRequest,
  column: string,
  parameter: number,
): { suffix: string; where: string; values: unknown[] } {
  return onlyImages === undefined
    ? { suffix: '', where: '', values: [] }
    : { suffix: '-of-some', where: `AND ${column} = ANY($${parameter}::int4[])`, values: [onlyImages] };
}

/**
 * Confirmed lesions have no diameters, type or cluster: they are only in the stratum of all lesions. Their ids are
 * negative.
 */
async function findConfirmed(database: Queryable, { runId, reviews }: DataRequest): Promise<EvaluatedLesion[]> {
  if (reviews === null) return [];
  const confirmed = await findConfirmedLesions(database, runId, reviews);
  return confirmed.map(({ detectionId, ...lesion }) => ({
    ...lesion,
    id: -detectionId,
    longDiameterMm: null,
    coarseType: 'UNKNOWN',
    possiblyNoisy: false,
    clusterIndex: null,
  }));
}

function groupByImage(lesions: readonly EvaluatedLesion[]): Map<number, EvaluatedLesion[]> {
  const groups = new Map<number, EvaluatedLesion[]>();
  for (const lesion of lesions) {
    const group = groups.get(lesion.imageId);
    if (group) group.push(lesion);
    else groups.set(lesion.imageId, [lesion]);
  }
  return groups;
}

/**
 * Ground-truth boxes may reach past the image and detections never do, so both are cut to it: a perfect detector has to
 * be able to reach IoU 1.
 */
export function packBoxes(
  images: readonly CompletedImage[],
  lesions: readonly EvaluatedLesion[],
  detections: readonly PackedDetections[],
): ScoredImages {
  const place = new Map(images.map((image, i) => [image.id, i]));
  const packedOf = new Map(detections.map(({ imageId, packed }) => [imageId, packed]));
  const lesionImages = Int32Array.from(lesions, (lesion) => place.get(lesion.imageId)!);
  const lesionBoxes = new Float64Array(4 * lesions.length);
  for (const [lesion, { x1, y1, x2, y2 }] of lesions.entries()) lesionBoxes.set([x1, y1, x2, y2], 4 * lesion);
  const unpacked = unpack(images.map(({ id }) => packedOf.get(id) ?? null));
  const low = images[0]?.oneBased ? 0.5 : 0;
  const widths = Int32Array.from(images, ({ width }) => width);
  const heights = Int32Array.from(images, ({ height }) => height);
  const clip = (boxes: Float64Array, imageOf: Int32Array): Float64Array =>
    clipBoxes(
      boxes,
      imageOf.map((image) => widths[image]!),
      imageOf.map((image) => heights[image]!),
      low,
    );
  return {
    imageCount: images.length,
    lesionOffsets: offsetsOf(lesionImages, images.length),
    lesionBoxes: clip(lesionBoxes, lesionImages),
    detectionOffsets: unpacked.offsets,
    detectionBoxes: clip(unpacked.boxes, unpacked.imageOf),
    scores: unpacked.scores,
  };
}

function unpack(packed: readonly (Buffer | null)[]): {
  offsets: Int32Array;
  imageOf: Int32Array;
  boxes: Float64Array;
  scores: Float64Array;
} {
  const offsets = new Int32Array(packed.length + 1);
  for (const [image, buffer] of packed.entries())
    offsets[image + 1] = offsets[image]! + (buffer?.length ?? 0) / BYTES_PER_DETECTION;
  const total = offsets[packed.length]!;
  const imageOf = new Int32Array(total);
  const boxes = new Float64Array(4 * total);
  const scores = new Float64Array(total);
  for (const [image, buffer] of packed.entries()) {
    if (!buffer) continue;
    const [start, end] = [offsets[image]!, offsets[image + 1]!];
    imageOf.fill(image, start, end);
    const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
    for (let detection = start, at = 0; detection < end; detection++, at += BYTES_PER_DETECTION) {
      for (let edge = 0; edge < 4; edge++) boxes[4 * detection + edge] = view.getFloat64(at + 8 * edge);
      scores[detection] = view.getFloat64(at + 32);
    }
  }
  return { offsets, imageOf, boxes, scores };
}

/** @param groups rising group of each member */
function offsetsOf(groups: Int32Array, groupCount: number): Int32Array {
  const offsets = new Int32Array(groupCount + 1);
  for (const group of groups) offsets[group + 1]!++;
  for (let i = 0; i < groupCount; i++) offsets[i + 1]! += offsets[i]!;
  return offsets;
}

/** By file name, because the order of rows is the source's, and pycocotools ranks equal scores by the ids of the images. */
async function findCompletedImages(database: Queryable, request: DataRequest): Promise<CompletedImage[]> {
  const { suffix, where, values } = restriction(request, 'run_image.image_id', 2);
  return database.query<CompletedImage>({
    name: `evaluation-images${suffix}`,
    text: `
      SELECT image.id, image.width, image.height, dataset.pixel_convention = 'ONE_BASED' AS "oneBased", study.patient_id AS "patientId"
      FROM run_image
      JOIN bookmarked_image image ON image.id = run_image.image_id
      JOIN study ON study.id = image.study_id
      JOIN dataset ON dataset.id = image.dataset_id
      WHERE run_image.run_id = $1 AND run_image.state = 'COMPLETED' ${where}
      ORDER BY image.file_name COLLATE "C"`,
    values: [request.runId, ...values],
  });
}

async function countStates(database: Queryable, runId: number): Promise<{ FAILED: number; PENDING: number }> {
  const [counts] = await database.query<{ FAILED: number; PENDING: number }>({
    name: 'evaluation-states',
    text: `
      SELECT count(*) FILTER (WHERE state = 'FAILED') AS "FAILED", count(*) FILTER (WHERE state = 'PENDING') AS "PENDING"
      FROM run_image WHERE run_id = $1`,
    values: [runId],
  });
  return counts!;
}

/** @param of the images that have a result, or of the others */
async function findLesionsOfRun(
  database: Queryable,
  request: DataRequest,
  of: 'COMPLETED' | 'OTHERS',
): Promise<EvaluatedLesion[]> {
  const { suffix, where, values } = restriction(request, 'run_image.image_id', 3);
  const state = of === 'COMPLETED' ? "= 'COMPLETED'" : "<> 'COMPLETED'";
  return database.query<EvaluatedLesion>({
    name: `evaluation-lesions-${of.toLowerCase()}${suffix}`,
    text: `
      SELECT lesion.id, lesion.image_id AS "imageId", lesion.patient_id AS "patientId", x1, y1, x2, y2,
        long_diameter_mm AS "longDiameterMm", coarse_type AS "coarseType", possibly_noisy AS "possiblyNoisy",
        cluster.cluster_index AS "clusterIndex"
      FROM run_image
      JOIN lesion ON lesion.image_id = run_image.image_id
      LEFT JOIN cluster_assignment assignment ON assignment.lesion_id = lesion.id AND assignment.categorization_id = (
        SELECT id FROM categorization WHERE uuid = $2::uuid
      )
      LEFT JOIN pseudo_cluster AS cluster ON cluster.id = assignment.pseudo_cluster_id
      WHERE run_image.run_id = $1 AND run_image.state ${state} ${where}
      ORDER BY lesion.image_id, lesion.id`,
    values: [request.runId, request.categorization, ...values],
  });
}
