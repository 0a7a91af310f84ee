import { listArgsOf } from '../core/listArgs';
import { BookmarkedImageFilter } from './bookmarkedImageFilter';
import { DatasetFilter } from './datasetFilter';
import {
  DatasetOrderFieldEnum,
  ImageOrderFieldEnum,
  LesionOrderFieldEnum,
  PatientOrderFieldEnum,
  StudyOrderFieldEnum,
} from './enums';
import { LesionFilter } from './lesionFilter';
import { PatientFilter } from './patientFilter';
import { StudyFilter } from './studyFilter';

export const BookmarkedImageListArgs = listArgsOf(
  BookmarkedImageFilter,
  'BookmarkedImage',
  'bookmarked images',
  ImageOrderFieldEnum,
);
export type BookmarkedImageListArgs = InstanceType<typeof BookmarkedImageListArgs>;

export const DatasetListArgs = listArgsOf(DatasetFilter, 'Dataset', 'data sets', DatasetOrderFieldEnum);
export type DatasetListArgs = InstanceType<typeof DatasetListArgs>;

export const LesionListArgs = listArgsOf(LesionFilter, 'Lesion', 'lesions', LesionOrderFieldEnum);
export type LesionListArgs = InstanceType<typeof LesionListArgs>;

export const PatientListArgs = listArgsOf(PatientFilter, 'Patient', 'patients', PatientOrderFieldEnum);
export type PatientListArgs = InstanceType<typeof PatientListArgs>;

export const StudyListArgs = listArgsOf(StudyFilter, 'Study', 'studies', StudyOrderFieldEnum);
export type StudyListArgs = InstanceType<typeof StudyListArgs>;
