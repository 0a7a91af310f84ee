import {
  COARSE_TYPES,
  DATASET_EDIT_SOURCES,
  DATASET_ORDER_FIELDS,
  DATASET_TEXT_FIELDS,
  IMAGE_ORDER_FIELDS,
  LESION_ORDER_FIELDS,
  PATIENT_ORDER_FIELDS,
  SEXES,
  SPLITS,
  STATISTICS_GROUPS,
  STUDY_ORDER_FIELDS,
} from '../../dataset';
import { PIXEL_CONVENTIONS } from '../../imaging';
import { BY_ID, defineEnum } from '../core/enums';

export const SplitEnum = defineEnum(
  'Split',
  'The part of the data set that a row belongs to; patients never cross.',
  SPLITS,
  {
    TRAIN: 'For training (source value 1).',
    VALIDATION: 'For choosing among trained models (source value 2).',
    TEST: 'For the figures that are published (source value 3).',
    UNASSIGNED: 'The source names no part.',
  },
);

export const DatasetTextFieldEnum = defineEnum(
  'DatasetTextField',
  'What a data set version says of itself.',
  DATASET_TEXT_FIELDS,
  {
    NAME: 'Its name for people.',
    LICENCE: 'Its licence or terms.',
    CITATION: 'How to cite it.',
    DESCRIPTION: 'What it is.',
  },
);

export const DatasetEditSourceEnum = defineEnum(
  'DatasetEditSource',
  'By what a text of a data set was changed.',
  DATASET_EDIT_SOURCES,
  {
    EDIT: '`deeplesion dataset edit`.',
    IMPORT: 'Another import of the same file, with other texts.',
  },
);

export const SexEnum = defineEnum('Sex', "The patient's sex as the source has it.", SEXES, {
  FEMALE: 'Female (source value F).',
  MALE: 'Male (source value M).',
  UNKNOWN: 'The source is empty or says something else.',
});

export const CoarseTypeEnum = defineEnum(
  'CoarseType',
  'The coarse lesion type of DeepLesion, given by its authors to the validation and test parts only.',
  COARSE_TYPES,
  {
    UNKNOWN: 'Not labelled (source value -1).',
    BONE: 'Bone (source value 1).',
    ABDOMEN: 'Abdomen: lesions that are in neither liver nor kidney (source value 2).',
    MEDIASTINUM: 'Mediastinum, mostly lymph nodes (source value 3).',
    LIVER: 'Liver (source value 4).',
    LUNG: 'Lung (source value 5).',
    KIDNEY: 'Kidney (source value 6).',
    SOFT_TISSUE: 'Soft tissue: muscle, skin, fat (source value 7).',
    PELVIS: 'Pelvis (source value 8).',
  },
);

export const PixelConventionEnum = defineEnum(
  'PixelConvention',
  'How the source counts pixels: x to the right, y down, fractions allowed.',
  PIXEL_CONVENTIONS,
  {
    ONE_BASED: 'DeepLesion: the centre of the first pixel is 1.0, its left edge 0.5.',
    ZERO_BASED: 'COCO: the left edge of the first pixel is 0.0, its centre 0.5.',
  },
);

const BY_SPLIT = 'Train, validation, test, unassigned.';

export const LesionOrderFieldEnum = defineEnum(
  'LesionOrderField',
  'What lesions can be ordered by.',
  LESION_ORDER_FIELDS,
  {
    ID: BY_ID,
    SOURCE_ROW_INDEX: 'Row of the source file.',
    LONG_DIAMETER_MM: 'Long RECIST diameter in mm.',
    SHORT_DIAMETER_MM: 'Short RECIST diameter in mm.',
    COARSE_TYPE: 'Coarse type in the order of its source values.',
    SPLIT: BY_SPLIT,
  },
);

export const ImageOrderFieldEnum = defineEnum(
  'BookmarkedImageOrderField',
  'What bookmarked images can be ordered by.',
  IMAGE_ORDER_FIELDS,
  {
    ID: BY_ID,
    FILE_NAME: 'File name, byte by byte.',
    SPLIT: BY_SPLIT,
    PIXEL_SPACING_MM: 'Size of a pixel in mm.',
    SLICE_INTERVAL_MM: 'Distance of neighbouring slices in mm.',
  },
);

export const PatientOrderFieldEnum = defineEnum(
  'PatientOrderField',
  'What patients can be ordered by.',
  PATIENT_ORDER_FIELDS,
  { ID: BY_ID, PATIENT_INDEX: 'Patient index of the source.', SEX: 'Female, male, unknown.' },
);

export const StudyOrderFieldEnum = defineEnum(
  'StudyOrderField',
  'What studies can be ordered by.',
  STUDY_ORDER_FIELDS,
  {
    ID: BY_ID,
    AGE_YEARS: "The patient's age at the study in years.",
    PATIENT_INDEX: 'Patient index of the source.',
    STUDY_INDEX: 'Study index of the source, within its patient.',
  },
);

export const DatasetOrderFieldEnum = defineEnum(
  'DatasetOrderField',
  'What data sets can be ordered by.',
  DATASET_ORDER_FIELDS,
  {
    ID: BY_ID,
    SLUG: 'Slug, byte by byte.',
    NAME: 'Name, byte by byte.',
    IMPORTED_AT: 'Time of the import.',
  },
);

export const LesionGroupingEnum = defineEnum(
  'LesionGrouping',
  'What lesion statistics can be grouped by.',
  STATISTICS_GROUPS,
  {
    DATASET: 'The data set version.',
    SPLIT: 'Train, validation, test, unassigned.',
    COARSE_TYPE: 'The coarse lesion type.',
    SEX: "The patient's sex.",
    AGE_BAND: "The patient's age at the study in bands of ten years.",
    PSEUDO_CLUSTER: "The pseudo-cluster in the newest categorization of the lesion's data set.",
  },
);
