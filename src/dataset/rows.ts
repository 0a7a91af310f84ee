/** The rows of a data set as the reads return them, with the columns they come from. */
import type { Columns } from '../database';
import type { PixelConvention } from '../imaging';

import type { DatasetMember } from './datasetNames';
import type { CoarseType, Sex, Split } from './vocabulary';

export interface PatientRow extends DatasetMember {
  id: number;
  patientIndex: number;
  sex: Sex;
  /** all of them in order, filled if they were requested with the row */
  studies?: StudyRow[];
}

export interface StudyRow extends DatasetMember {
  id: number;
  patientId: number;
  patientIndex: number;
  studyIndex: number;
  ageYears: number | null;
  /** filled if it was requested with the row */
  patient?: PatientRow;
  /** all of them in order, filled if they were requested with the row */
  images?: ImageRow[];
}

export interface SeriesRow extends DatasetMember {
  id: number;
  studyId: number;
  patientIndex: number;
  studyIndex: number;
  seriesIndex: number;
}

/**
 * Columns that only fields of the graph show, and few requests select: a read that is told `withoutDetails` omits them
 * and those of `LesionDetails`. They are a third of the columns of a page of lesions with their images; without them,
 * PostgreSQL takes a sixth less processor time for a page of patients with all below them (Q1 of bench/graphql).
 */
export interface ImageDetails {
  /** first and last slice of the range around the key slice that the source provides */
  sliceRangeFirst: number | null;
  sliceRangeLast: number | null;
  sliceIntervalMm: number | null;
  /** Hounsfield units: low, high, low, high …; the first pair is the default */
  windows: number[];
  /** of its pixel file at the import; null if none was taken */
  pixelSha256: string | null;
}

/** As `ImageDetails`. */
export interface LesionDetails {
  /** long axis then short axis, x and y of both ends; empty if the source has boxes only */
  axes: number[];
  normalizedX: number | null;
  normalizedY: number | null;
  normalizedZ: number | null;
  possiblyNoisy: boolean;
}

export interface ImageRow extends DatasetMember, Partial<ImageDetails> {
  id: number;
  studyId: number;
  seriesId: number;
  fileName: string;
  sliceIndex: number;
  width: number;
  height: number;
  pixelSpacingMm: number | null;
  split: Split;
  /** its pixel file was there at the import */
  hasPixels: boolean;
  /** filled if they were requested with the row */
  study?: StudyRow;
  series?: SeriesRow;
  /** all of them in order, filled if they were requested with the row */
  lesions?: LesionRow[];
}

export interface LesionRow extends DatasetMember, Partial<LesionDetails> {
  id: number;
  imageId: number;
  patientId: number;
  sourceRowIndex: number;
  /** box in the data set's pixel convention */
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  longDiameterMm: number | null;
  shortDiameterMm: number | null;
  coarseType: CoarseType;
  split: Split;
  /** filled if they were requested with the row */
  image?: ImageRow;
  patient?: PatientRow;
}

export const PATIENT_COLUMNS: Columns<Omit<PatientRow, 'datasetName' | 'studies'>> = {
  id: 'id',
  datasetId: 'dataset_id',
  patientIndex: 'patient_index',
  sex: 'sex',
};

export const STUDY_COLUMNS: Columns<Omit<StudyRow, 'datasetName' | 'patient' | 'images'>> = {
  id: 'id',
  datasetId: 'dataset_id',
  patientId: 'patient_id',
  patientIndex: 'patient_index',
  studyIndex: 'study_index',
  ageYears: 'age_years',
};

export const SERIES_COLUMNS: Columns<Omit<SeriesRow, 'datasetName'>> = {
  id: 'id',
  datasetId: 'dataset_id',
  studyId: 'study_id',
  patientIndex: 'patient_index',
  studyIndex: 'study_index',
  seriesIndex: 'series_index',
};

type BriefImage = Omit<ImageRow, keyof ImageDetails | 'datasetName' | 'study' | 'series' | 'lesions'>;

export const BRIEF_IMAGE_COLUMNS: Columns<BriefImage> = {
  id: 'id',
  datasetId: 'dataset_id',
  studyId: 'study_id',
  seriesId: 'series_id',
  fileName: 'file_name',
  sliceIndex: 'slice_index',
  width: 'width',
  height: 'height',
  pixelSpacingMm: 'pixel_spacing_mm',
  split: 'split',
  hasPixels: 'has_pixels',
};

export const IMAGE_COLUMNS: Columns<BriefImage & ImageDetails> = {
  ...BRIEF_IMAGE_COLUMNS,
  sliceRangeFirst: 'slice_range_first',
  sliceRangeLast: 'slice_range_last',
  sliceIntervalMm: 'slice_interval_mm',
  windows: 'windows',
  pixelSha256: 'pixel_sha256',
};

type BriefLesion = Omit<LesionRow, keyof LesionDetails | 'datasetName' | 'image' | 'patient'>;

export const BRIEF_LESION_COLUMNS: Columns<BriefLesion> = {
  id: 'id',
  datasetId: 'dataset_id',
  imageId: 'image_id',
  patientId: 'patient_id',
  sourceRowIndex: 'source_row_index',
  x1: 'x1',
  y1: 'y1',
  x2: 'x2',
  y2: 'y2',
  longDiameterMm: 'long_diameter_mm',
  shortDiameterMm: 'short_diameter_mm',
  coarseType: 'coarse_type',
  split: 'split',
};

export const LESION_COLUMNS: Columns<BriefLesion & LesionDetails> = {
  ...BRIEF_LESION_COLUMNS,
  axes: 'axes',
  normalizedX: 'normalized_x',
  normalizedY: 'normalized_y',
  normalizedZ: 'normalized_z',
  possiblyNoisy: 'possibly_noisy',
};

export interface DatasetRow {
  id: number;
  slug: string;
  version: number;
  isLatest: boolean;
  name: string;
  description: string;
  licence: string;
  citation: string;
  synthetic: boolean;
  pixelConvention: PixelConvention;
  sourceFormat: string;
  sourceFile: string;
  sourceSha256: string;
  /** folder of the pixel files on the server; never published */
  imageRoot: string | null;
  /** whether links that lead out of that folder are followed */
  followLinks: boolean;
  importReport: unknown;
  importedAt: Date;
}

export const DATASET_COLUMNS: Columns<DatasetRow> = {
  id: 'id',
  slug: 'slug',
  version: 'version',
  isLatest: 'is_latest',
  name: 'name',
  description: 'description',
  licence: 'licence',
  citation: 'citation',
  synthetic: 'synthetic',
  pixelConvention: 'pixel_convention',
  sourceFormat: 'source_format',
  sourceFile: 'source_file',
  sourceSha256: 'source_sha256',
  imageRoot: 'image_root',
  followLinks: 'follow_links',
  importReport: 'import_report',
  importedAt: 'imported_at',
};
