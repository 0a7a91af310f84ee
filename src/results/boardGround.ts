/** What all entries of a board are measured on: the images of a split of a data set version and their lesions. */
import type { Queryable } from '../database';
import type { Split } from '../dataset';
import type { ScoredImages } from '../evaluation';
import type { CompletedImage, EvaluatedLesion } from './evaluatedBoxes';
import { packBoxes } from './evaluationData';
import { findPackedDetections } from './packedDetections';

/** I images and G lesions. Lesions that may be noisy do not count, and neither do images that have no others. */
export interface SplitGround {
  readonly images: readonly CompletedImage[];
  readonly imageIds: Int32Array;
  /** all images that an entry has to have results for, also those that do not count: which ones do tells of the lesions */
  readonly requiredIds: Int32Array;
  /** G, in the order of the images */
  readonly lesions: readonly EvaluatedLesion[];
  /** I */
  readonly patientOfImage: Int32Array;
  /** G */
  readonly patientOfLesion: Int32Array;
  readonly patientCount: number;
  /** images of the split that no one can run here, because their pixel files are missing */
  readonly withoutPixels: number;
}

interface ImageRow extends CompletedImage {
  hasPixels: boolean;
}

/** @param datasetId row id of a version */
export async function loadSplitGround(database: Queryable, datasetId: number, split: Split): Promise<SplitGround> {
  const all = await findImages(database, datasetId, split);
  const lesionsOf = new Map<number, EvaluatedLesion[]>();
  for (const lesion of await findLesions(database, datasetId, split)) {
    const known = lesionsOf.get(lesion.imageId);
    if (known) known.push(lesion);
    else lesionsOf.set(lesion.imageId, [lesion]);
  }
  // A data set of which no pixels are here can still be submitted to.
  const withPixels = all.filter(({ hasPixels }) => hasPixels);
  const runnable = withPixels.length > 0 ? withPixels : all;
  const counts = ({ possiblyNoisy }: EvaluatedLesion): boolean => !possiblyNoisy;
  const images = runnable.filter(({ id }) => lesionsOf.get(id)?.some(counts) ?? true);
  const placeOf = new Map<number, number>();
  for (const { patientId } of images) if (!placeOf.has(patientId)) placeOf.set(patientId, placeOf.size);
  const lesions = images.flatMap(({ id }) => lesionsOf.get(id)?.filter(counts) ?? []);
  return {
    images,
    lesions,
    imageIds: Int32Array.from(images, ({ id }) => id),
    requiredIds: Int32Array.from(runnable, ({ id }) => id),
    patientOfImage: Int32Array.from(images, ({ patientId }) => placeOf.get(patientId)!),
    patientOfLesion: Int32Array.from(lesions, ({ patientId }) => placeOf.get(patientId)!),
    patientCount: placeOf.size,
    withoutPixels: all.length - runnable.length,
  };
}

/** @param mostPerImage only so many best detections of each image @returns the boxes of a run on the images of a ground */
export async function loadBoxesOn(
  database: Queryable,
  { images, imageIds, lesions }: SplitGround,
  runId: number,
  mostPerImage: number,
): Promise<ScoredImages> {
  const detections = await findPackedDetections(database, { runId, imageIds: [...imageIds], mostPerImage });
  return packBoxes(images, lesions, detections);
}

/** In the order of evaluations. */
function findImages(database: Queryable, datasetId: number, split: Split): Promise<ImageRow[]> {
  return database.query({
    name: 'board-images',
    text: `
      SELECT image.id, image.width, image.height, dataset.pixel_convention = 'ONE_BASED' AS "oneBased",
        study.patient_id AS "patientId", image.has_pixels AS "hasPixels"
      FROM bookmarked_image AS image JOIN study ON study.id = image.study_id JOIN dataset ON dataset.id = image.dataset_id
      WHERE image.dataset_id = $1 AND image.split = $2::split ORDER BY image.file_name COLLATE "C"`,
    values: [datasetId, split],
  });
}

function findLesions(database: Queryable, datasetId: number, split: Split): Promise<EvaluatedLesion[]> {
  return database.query({
    name: 'board-lesions',
    text: `
      SELECT lesion.id, lesion.image_id AS "imageId", lesion.patient_id AS "patientId", x1, y1, x2, y2,
        long_diameter_mm AS "longDiameterMm", coarse_type AS "coarseType", possibly_noisy AS "possiblyNoisy",
        NULL AS "clusterIndex"
      FROM lesion JOIN bookmarked_image AS image ON image.id = lesion.image_id
      WHERE image.dataset_id = $1 AND image.split = $2::split ORDER BY lesion.image_id, lesion.id`,
    values: [datasetId, split],
  });
}
