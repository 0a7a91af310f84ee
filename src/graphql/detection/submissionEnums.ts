import { BOX_CONVENTIONS, SUSPICION_KINDS } from '../../evaluation';
import { PROBLEM_KINDS, SCORE_TRANSFORMS, SUBMISSION_FORMATS } from '../../submissions';
import { defineEnum } from '../core/enums';

const RUN_ORIGINS = ['OWN', 'SUBMITTED'] as const;

export const DetectionRunOriginEnum = defineEnum(
  'DetectionRunOrigin',
  'Who made the detections of a run.',
  RUN_ORIGINS,
  {
    OWN: 'A worker of this server, with a model.',
    SUBMITTED: 'An external detector elsewhere; they came as a file.',
  },
);

export const SubmissionFormatEnum = defineEnum(
  'SubmissionFormat',
  'Format of a file of detections. Text formats may be packed by gzip.',
  SUBMISSION_FORMATS,
  {
    COCO_RESULTS: 'COCO results: one JSON array of `{ image_id, category_id, bbox, score }`.',
    CSV: 'CSV with a header: image, x1, y1, x2, y2 (or bbox), score, category (optional).',
    NDJSON: 'One JSON object in each line, with the keys of the columns of CSV.',
    PARQUET: 'Parquet with the columns of CSV.',
  },
);

export const BoxConventionEnum = defineEnum('BoxConvention', 'What the four numbers of a box are.', BOX_CONVENTIONS, {
  XYXY: 'Left, top, right, bottom.',
  XYWH: 'Left, top, width, height.',
});

export const ScoreTransformEnum = defineEnum(
  'ScoreTransform',
  'How the scores of a file become numbers of 0 to 1.',
  SCORE_TRANSFORMS,
  {
    SIGMOID: '1 / (1 + exp(−score)), for logits.',
    RANK: 'Share of the scores of the file that are not higher, for any numbers: their order and equal scores are kept.',
  },
);

export const SuspicionKindEnum = defineEnum(
  'SubmissionSuspicionKind',
  'What may be wrong with all boxes of a file.',
  SUSPICION_KINDS,
  {
    SHIFTED: 'They are one pixel off along x and y: counted from 1 in place of 0, or vice versa.',
    SCALED: 'They refer to images of twice or half the size.',
    SWAPPED_AXES: 'x and y are swapped.',
    OTHER_BOX_CONVENTION: 'They are XYWH and were read as XYXY, or vice versa.',
    OTHER_IMAGES: 'Each image has the boxes of its neighbour by file name.',
  },
);

export const ProblemKindEnum = defineEnum(
  'SubmissionProblemKind',
  'Why a box, or a whole file, is refused.',
  PROBLEM_KINDS,
  {
    MISSING_VALUE: 'A value is missing.',
    NOT_A_NUMBER: 'A value is no number.',
    NOT_FINITE: 'A number is NaN or infinite.',
    INVERTED_BOX: 'Width or height is not above 0.',
    OUTSIDE_IMAGE: 'The box lies wholly outside its image.',
    SCORE_RANGE: 'The score is not in 0 to 1, and no scoreTransform is stated.',
    CATEGORY: 'The category is no whole number from 0 on.',
    UNKNOWN_IMAGE: 'The data set has no such image.',
    UNDECLARED_IMAGE: 'The image is not among those that were run.',
    DUPLICATE: 'The same box with the same category is there twice.',
    TOO_MANY_ON_IMAGE: 'An image has more than 1,000 boxes.',
    SEGMENTATION: 'It is a mask or a crowd.',
    EMPTY: 'The file is empty, or names no images.',
    ENCODING: 'The text is not UTF-8.',
    SYNTAX: 'The text is not in the grammar of its format.',
    COLUMNS: 'Columns are missing, or do not say what a box is.',
    FORMAT_DIFFERS: 'The file has another format than the stated one.',
    GROUND_TRUTH: 'The file holds annotations, not detections.',
    TOO_LONG: 'A line, entry or row group is too long.',
    TOO_DEEP: 'Arrays and objects are nested too deeply.',
    TOO_MANY_BOXES: 'The file has more than 10 million boxes.',
    TRUNCATED: 'The file is truncated or broken.',
    DECOMPRESSION_BOMB: 'The file unpacks to too much text.',
    TOO_MUCH_WORK: 'Reading the file took too long or too much memory.',
  },
);
