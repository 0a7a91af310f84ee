/** The tables of a data set as parts of a select list, each with the reader of its rows. */
import { type Columns, columnReader, selectColumns } from '../database';
import {
  BRIEF_IMAGE_COLUMNS,
  BRIEF_LESION_COLUMNS,
  IMAGE_COLUMNS,
  type ImageRow,
  LESION_COLUMNS,
  type LesionRow,
  PATIENT_COLUMNS,
  type PatientRow,
  SERIES_COLUMNS,
  type SeriesRow,
  STUDY_COLUMNS,
  type StudyRow,
} from './rows';

/** Whether the columns of `ImageDetails` and `LesionDetails` are omitted, because no requested field shows them. */
export interface WithoutDetails {
  withoutDetails?: boolean;
}

interface SelectedTable<Row> {
  /** its columns */
  sql: string;
  read(flat: Record<string, unknown>): Row;
}

/** @param prefix stands before each name of a column, so that several tables fit into one row */
function selected<Row>(columns: Columns<Row>, alias: string, prefix = ''): SelectedTable<Row> {
  return { sql: selectColumns(columns, alias, prefix), read: columnReader(columns, prefix) };
}

const LESIONS = selected(LESION_COLUMNS, 'lesion');
const BRIEF_LESIONS = selected(BRIEF_LESION_COLUMNS, 'lesion');
const IMAGES = selected(IMAGE_COLUMNS, 'image');
const BRIEF_IMAGES = selected(BRIEF_IMAGE_COLUMNS, 'image');
const IMAGES_ABOVE = selected(IMAGE_COLUMNS, 'image', 'image.');
const BRIEF_IMAGES_ABOVE = selected(BRIEF_IMAGE_COLUMNS, 'image', 'image.');

/** `lesion`, unprefixed. */
export const lesionTable = ({ withoutDetails }: WithoutDetails): SelectedTable<LesionRow> =>
  withoutDetails ? BRIEF_LESIONS : LESIONS;

/** `image`, unprefixed. */
export const imageTable = ({ withoutDetails }: WithoutDetails): SelectedTable<ImageRow> =>
  withoutDetails ? BRIEF_IMAGES : IMAGES;

/** `image` above another table. */
export const imageTableAbove = ({ withoutDetails }: WithoutDetails): SelectedTable<ImageRow> =>
  withoutDetails ? BRIEF_IMAGES_ABOVE : IMAGES_ABOVE;

/** `study` above another table. */
export const STUDY_ABOVE: SelectedTable<StudyRow> = selected(STUDY_COLUMNS, 'study', 'study.');
/** `series` above another table. */
export const SERIES_ABOVE: SelectedTable<SeriesRow> = selected(SERIES_COLUMNS, 'series', 'series.');
/** `patient` above another table. */
export const PATIENT_ABOVE: SelectedTable<PatientRow> = selected(PATIENT_COLUMNS, 'patient', 'patient.');
