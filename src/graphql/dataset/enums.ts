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
  'Split of the data set. All rows of a patient are in the same split.',
  SPLITS,
  {
    TRAIN: 'Training (source value 1).',
    VALIDATION: 'Validation, for choosing among trained models (source value 2).',
    TEST: 'Test, for reported metrics (source value 3).',
    UNASSIGNED: 'The source gives no split.',
  },
);

export const DatasetTextFieldEnum = defineEnum(
  'DatasetTextField',
  'A descriptive text of a data set version.',
  DATASET_TEXT_FIELDS,
  {
    NAME: 'Display name.',
    LICENCE: 'Licence or terms of use.',
    CITATION: 'Recommended citation.',
    DESCRIPTION: 'Description.',
  },
);

export const DatasetEditSourceEnum = defineEnum(
  'DatasetEditSource',
  'What changed a text of a data set.',
  DATASET_EDIT_SOURCES,
  {
    EDIT: 'The command `deeplesion dataset edit`.',
    IMPORT: 'Another import of the same file with different texts.',
  },
);

export const SexEnum = defineEnum('Sex', "The patient's sex according to the source.", SEXES, {
  FEMALE: 'Female (source value F).',
  MALE: 'Male (source value M).',
  UNKNOWN: 'The source is empty or has another value.',
});

export const CoarseTypeEnum = defineEnum(
  'CoarseType',
  'Coarse lesion type of DeepLesion, which its authors provide for the validation and test splits only.',
  COARSE_TYPES,
  {
    UNKNOWN: 'Unknown (source value -1).',
    BONE: 'Bone (source value 1).',
    ABDOMEN: 'Abdomen, other than liver and kidney (source value 2).',
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
  'Pixel coordinate convention of the source: x increases to the right, y downwards; coordinates may be fractional.',
  PIXEL_CONVENTIONS,
  {
    ONE_BASED: 'As in DeepLesion: the centre of the first pixel is at 1.0, its left edge at 0.5.',
    ZERO_BASED: 'As in COCO: the left edge of the first pixel is at 0.0, its centre at 0.5.',
  },
);

const BY_SPLIT = 'Split, in the order train, validation, test, unassigned.';

export const LesionOrderFieldEnum = defineEnum(
  'LesionOrderField',
  'Fields by which lesions can be ordered.',
  LESION_ORDER_FIELDS,
  {
    ID: BY_ID,
    SOURCE_ROW_INDEX: 'Row number in the source file.',
    LONG_DIAMETER_MM: 'Long RECIST diameter in mm.',
    SHORT_DIAMETER_MM: 'Short RECIST diameter in mm.',
    COARSE_TYPE: 'Coarse type, in the order of the source values.',
    SPLIT: BY_SPLIT,
  },
);

export const ImageOrderFieldEnum = defineEnum(
  'BookmarkedImageOrderField',
  'Fields by which bookmarked images can be ordered.',
  IMAGE_ORDER_FIELDS,
  {
    ID: BY_ID,
    FILE_NAME: 'File name, in byte order.',
    SPLIT: BY_SPLIT,
    PIXEL_SPACING_MM: 'Pixel spacing in mm.',
    SLICE_INTERVAL_MM: 'Distance between neighbouring slices in mm.',
  },
);

export const PatientOrderFieldEnum = defineEnum(
  'PatientOrderField',
  'Fields by which patients can be ordered.',
  PATIENT_ORDER_FIELDS,
  { ID: BY_ID, PATIENT_INDEX: "The source's patient index.", SEX: 'Sex, in the order female, male, unknown.' },
);

export const StudyOrderFieldEnum = defineEnum(
  'StudyOrderField',
  'Fields by which studies can be ordered.',
  STUDY_ORDER_FIELDS,
  {
    ID: BY_ID,
    AGE_YEARS: "The patient's age at the time of the study in years.",
    PATIENT_INDEX: "The source's patient index.",
    STUDY_INDEX: "The source's study index within its patient.",
  },
);

export const DatasetOrderFieldEnum = defineEnum(
  'DatasetOrderField',
  'Fields by which data sets can be ordered.',
  DATASET_ORDER_FIELDS,
  {
    ID: BY_ID,
    SLUG: 'Slug, in byte order.',
    NAME: 'Name, in byte order.',
    IMPORTED_AT: 'Time of the import.',
  },
);

export const LesionGroupingEnum = defineEnum(
  'LesionGrouping',
  'Keys by which lesion statistics can be grouped.',
  STATISTICS_GROUPS,
  {
    DATASET: 'The data set version.',
    SPLIT: 'Split, in the order train, validation, test, unassigned.',
    COARSE_TYPE: 'The coarse lesion type.',
    SEX: "The patient's sex.",
    AGE_BAND: "The patient's age at the time of the study, in bands of ten years.",
    PSEUDO_CLUSTER: "The pseudo-cluster in the newest categorization of the lesion's data set.",
  },
);
