/**
 * What lies inside a row and comes with it in the same statement, as nested JSON: the lists that are short and take no
 * arguments. One statement for a page of patients with all that is in them, instead of one a level, takes half the time
 * (bench/graphql, Q1).
 */
import { jsonRowReader, jsonRowSql } from '../database';
import {
  IMAGE_COLUMNS,
  type ImageRow,
  LESION_COLUMNS,
  type LesionRow,
  type PatientRow,
  STUDY_COLUMNS,
  type StudyRow,
} from './rows';

/** The lists that are read with the rows; an omitted one is not. */
export interface ImageContents {
  lesions?: boolean;
}

export interface StudyContents {
  images?: ImageContents;
}

export interface PatientContents {
  studies?: StudyContents;
}

type Json = readonly unknown[];

/** A list of rows under a row of the statement, in its published order. */
const listSql = (row: string, from: string, where: string, order: string): string =>
  `(SELECT coalesce(json_agg(${row} ORDER BY ${order}), '[]') FROM ${from} WHERE ${where})`;

/** The lists of `patient`, each with a comma before it, for a select list; `readPatientContents` takes them. */
export function patientContentsSql({ studies }: PatientContents): string {
  return studies ? `, ${studiesSql(studies)} AS "studies"` : '';
}

/** The lists of `study`; as `patientContentsSql`. */
export function studyContentsSql({ images }: StudyContents): string {
  return images ? `, ${imagesSql(images)} AS "images"` : '';
}

/** The lists of `image`; as `patientContentsSql`. */
export function imageContentsSql({ lesions }: ImageContents): string {
  return lesions ? `, ${LESIONS_SQL} AS "lesions"` : '';
}

function studiesSql({ images }: StudyContents): string {
  const row = jsonRowSql(STUDY_COLUMNS, 'study', ...(images ? [imagesSql(images)] : []));
  return listSql(row, 'study', 'study.patient_id = patient.id', 'study.study_index');
}

function imagesSql({ lesions }: ImageContents): string {
  const row = jsonRowSql(IMAGE_COLUMNS, 'image', ...(lesions ? [LESIONS_SQL] : []));
  const order = 'image.series_id, image.slice_index, image.id';
  return listSql(row, 'bookmarked_image AS image', 'image.study_id = study.id', order);
}

const LESIONS_SQL = listSql(
  jsonRowSql(LESION_COLUMNS, 'lesion'),
  'lesion',
  'lesion.image_id = image.id',
  'lesion.dataset_id, lesion.source_row_index',
);

const readStudy = jsonRowReader(STUDY_COLUMNS);
const readImage = jsonRowReader(IMAGE_COLUMNS);
const readLesion = jsonRowReader(LESION_COLUMNS);
const STUDY_WIDTH = Object.keys(STUDY_COLUMNS).length;
const IMAGE_WIDTH = Object.keys(IMAGE_COLUMNS).length;

/** Fills a patient with the lists that came with it; each row in them knows the row it lies in. */
export function readPatientContents(
  patient: PatientRow,
  flat: Record<string, unknown>,
  contents: PatientContents,
): void {
  const { studies } = contents;
  if (!studies) return;
  patient.studies = (flat.studies as Json[]).map((values) => {
    const study: StudyRow = readStudy(values);
    study.patient = patient;
    fillStudy(study, values[STUDY_WIDTH], studies);
    return study;
  });
}

/** As `readPatientContents`. */
export function readStudyContents(study: StudyRow, flat: Record<string, unknown>, contents: StudyContents): void {
  fillStudy(study, flat.images, contents);
}

/** As `readPatientContents`. */
export function readImageContents(image: ImageRow, flat: Record<string, unknown>, contents: ImageContents): void {
  if (contents.lesions) fillImage(image, flat.lesions);
}

function fillStudy(study: StudyRow, json: unknown, { images }: StudyContents): void {
  if (!images) return;
  study.images = (json as Json[]).map((values) => {
    const image: ImageRow = readImage(values);
    image.study = study;
    if (images.lesions) fillImage(image, values[IMAGE_WIDTH]);
    return image;
  });
}

function fillImage(image: ImageRow, json: unknown): void {
  image.lesions = (json as Json[]).map((values) => {
    const lesion: LesionRow = readLesion(values);
    lesion.image = image;
    return lesion;
  });
}
