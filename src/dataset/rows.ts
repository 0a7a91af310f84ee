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

export interface ImageRow extends DatasetMember {
  id: number;
  studyId: number;
  seriesId: number;
  fileName: string;
  sliceIndex: number;
  sliceRangeFirst: number | null;
  sliceRangeLast: number | null;
  width: number;
  height: number;
  pixelSpacingMm: number | null;
  sliceIntervalMm: number | null;
  /** Hounsfield units: low, high, low, high …; the first pair is the default */
  windows: number[];
  split: Split;
  /** its pixel file was there at the import */
  hasPixels: boolean;
  /** of its pixel file at the import; null if none was taken */
  pixelSha256: string | null;
  /** filled if they were requested with the row */
  study?: StudyRow;
  series?: SeriesRow;
  /** all of them in order, filled if they were requested with the row */
  lesions?: LesionRow[];
}

export interface LesionRow extends DatasetMember {
  id: number;
  imageId: number;
  patientId: number;
  sourceRowIndex: number;
  /** box in the data set's pixel convention */
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** long axis then short axis, x and y of both ends; empty if the source has boxes only */
  axes: number[];
  longDiameterMm: number | null;
  shortDiameterMm: number | null;
  normalizedX: number | null;
  normalizedY: number | null;
  normalizedZ: number | null;
  coarseType: CoarseType;
  possiblyNoisy: boolean;
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

export const IMAGE_COLUMNS: Columns<Omit<ImageRow, 'datasetName' | 'study' | 'series' | 'lesions'>> = {
  id: 'id',
  datasetId: 'dataset_id',
  studyId: 'study_id',
  seriesId: 'series_id',
  fileName: 'file_name',
  sliceIndex: 'slice_index',
  sliceRangeFirst: 'slice_range_first',
  sliceRangeLast: 'slice_range_last',
  width: 'width',
  height: 'height',
  pixelSpacingMm: 'pixel_spacing_mm',
  sliceIntervalMm: 'slice_interval_mm',
  windows: 'windows',
  split: 'split',
  hasPixels: 'has_pixels',
  pixelSha256: 'pixel_sha256',
};

export const LESION_COLUMNS: Columns<Omit<LesionRow, 'datasetName' | 'image' | 'patient'>> = {
  id: 'id',
  datasetId: 'dataset_id',
  imageId: 'image_id',
  patientId: 'patient_id',
  sourceRowIndex: 'source_row_index',
  x1: 'x1',
  y1: 'y1',
  x2: 'x2',
  y2: 'y2',
  axes: 'axes',
  longDiameterMm: 'long_diameter_mm',
  shortDiameterMm: 'short_diameter_mm',
  normalizedX: 'normalized_x',
  normalizedY: 'normalized_y',
  normalizedZ: 'normalized_z',
  coarseType: 'coarse_type',
  possiblyNoisy: 'possibly_noisy',
  split: 'split',
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
