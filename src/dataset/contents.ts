/**
 * What lies inside a row and comes with it in the same statement, as nested JSON: the lists that are short and take no
 * arguments. One statement for a page of patients with all that is in them, instead of one a level, takes half the time
 * (bench/graphql, Q1).
 */
import { type Columns, jsonRowReader, jsonRowSql } from '../database';
import {
  BRIEF_IMAGE_COLUMNS,
  BRIEF_LESION_COLUMNS,
  IMAGE_COLUMNS,
  type ImageRow,
  LESION_COLUMNS,
  type LesionRow,
  type PatientRow,
  STUDY_COLUMNS,
  type StudyRow,
} from './rows';
import type { WithoutDetails } from './selectedTables';

/** The lists that are read with the rows; an omitted one is not. */
export interface ImageContents extends WithoutDetails {
  lesions?: boolean;
}

export interface StudyContents {
  images?: ImageContents;
}

export interface PatientContents {
  studies?: StudyContents;
}

type Json = readonly unknown[];

/** A table as rows of JSON: what stands behind its columns is a list of rows below it. */
interface JsonTable<Row> {
  columns: Columns<Row>;
  width: number;
  read(values: Json): Row;
}

const jsonTable = <Row>(columns: Columns<Row>): JsonTable<Row> => ({
  columns,
  width: Object.keys(columns).length,
  read: jsonRowReader(columns),
});

const STUDIES = jsonTable(STUDY_COLUMNS);
const IMAGES = jsonTable(IMAGE_COLUMNS);
const BRIEF_IMAGES = jsonTable(BRIEF_IMAGE_COLUMNS);
const LESIONS = jsonTable(LESION_COLUMNS);
const BRIEF_LESIONS = jsonTable(BRIEF_LESION_COLUMNS);

const imagesAs = ({ withoutDetails }: WithoutDetails) => (withoutDetails ? BRIEF_IMAGES : IMAGES);
const lesionsAs = ({ withoutDetails }: WithoutDetails) => (withoutDetails ? BRIEF_LESIONS : LESIONS);

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
export function imageContentsSql(contents: ImageContents): string {
  return contents.lesions ? `, ${lesionsSql(contents)} AS "lesions"` : '';
}

function studiesSql({ images }: StudyContents): string {
  const row = jsonRowSql(STUDY_COLUMNS, 'study', ...(images ? [imagesSql(images)] : []));
  return listSql(row, 'study', 'study.patient_id = patient.id', 'study.study_index');
}

function imagesSql(contents: ImageContents): string {
  const row = jsonRowSql(imagesAs(contents).columns, 'image', ...(contents.lesions ? [lesionsSql(contents)] : []));
  const order = 'image.series_id, image.slice_index, image.id';
  return listSql(row, 'bookmarked_image AS image', 'image.study_id = study.id', order);
}

function lesionsSql(contents: WithoutDetails): string {
  const row = jsonRowSql(lesionsAs(contents).columns, 'lesion');
  return listSql(row, 'lesion', 'lesion.image_id = image.id', 'lesion.dataset_id, lesion.source_row_index');
}

/** Fills a patient with the lists that came with it; each row in them knows the row it lies in. */
export function readPatientContents(
  patient: PatientRow,
  flat: Record<string, unknown>,
  contents: PatientContents,
): void {
  const { studies } = contents;
  if (!studies) return;
  patient.studies = (flat.studies as Json[]).map((values) => {
    const study: StudyRow = STUDIES.read(values);
    study.patient = patient;
    fillStudy(study, values[STUDIES.width], studies);
    return study;
  });
}

/** As `readPatientContents`. */
export function readStudyContents(study: StudyRow, flat: Record<string, unknown>, contents: StudyContents): void {
  fillStudy(study, flat.images, contents);
}

/** As `readPatientContents`. */
export function readImageContents(image: ImageRow, flat: Record<string, unknown>, contents: ImageContents): void {
  if (contents.lesions) fillImage(image, flat.lesions, contents);
}

function fillStudy(study: StudyRow, json: unknown, { images }: StudyContents): void {
  if (!images) return;
  const { read, width } = imagesAs(images);
  study.images = (json as Json[]).map((values) => {
    const image: ImageRow = read(values);
    image.study = study;
    if (images.lesions) fillImage(image, values[width], images);
    return image;
  });
}

function fillImage(image: ImageRow, json: unknown, contents: WithoutDetails): void {
  const { read } = lesionsAs(contents);
  image.lesions = (json as Json[]).map((values) => {
    const lesion: LesionRow = read(values);
    lesion.image = image;
    return lesion;
  });
}
