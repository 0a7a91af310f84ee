/** The tables of detection runs and evaluations, each column described once. */
import { OUTCOME_KINDS } from '../evaluation';
import { FAILURE_KINDS } from '../failureKind';
import { OUTCOME_REASONS } from '../results';
import { type Column, column, globalIdSql, type TableDefinition } from './table';

const nullable = { isNullable: true };
const CONVENTION = 'in pixels, in the pixel convention of the data set.';

const FILE_NAME = column('file_name', 'TEXT', 'image.file_name', "The source's file name of the key slice.");
const IMAGE_ID = column(
  'image_id',
  'INTEGER',
  'numbered.coco_id',
  "Id of the image in the version's coco.json: its place by file name, counted from 1.",
);

export const DETECTIONS: TableDefinition = {
  name: 'detections',
  description: 'One row per detection of a run that has ended, by file name and rank.',
  columns: [
    column(
      'id',
      'TEXT',
      globalIdSql('Detection', "run.uuid || ':' || detection.rank || ':' || image.file_name"),
      'Global id, as in the graph.',
    ),
    FILE_NAME,
    IMAGE_ID,
    column('rank', 'INTEGER', 'detection.rank', 'Position by descending score on its image, starting at 1.'),
    column('score', 'DOUBLE', 'detection.score', 'Confidence of the detector, 0 to 1.'),
    column('bounding_box_x1', 'DOUBLE', 'detection.x1', `Left edge of the box ${CONVENTION}`),
    column('bounding_box_y1', 'DOUBLE', 'detection.y1', `Upper edge of the box ${CONVENTION}`),
    column('bounding_box_x2', 'DOUBLE', 'detection.x2', `Right edge of the box ${CONVENTION}`),
    column('bounding_box_y2', 'DOUBLE', 'detection.y2', `Lower edge of the box ${CONVENTION}`),
    column('class_index', 'INTEGER', 'detection.class_index', 'Class of the model, starting at 0.'),
    column(
      'pseudo_cluster_index',
      'INTEGER',
      'cluster.cluster_index',
      "Index of the pseudo-cluster that the model's class stands for.",
      nullable,
    ),
  ],
  from: `detection JOIN detection_run AS run ON run.id = detection.run_id JOIN bookmarked_image AS image ON image.id = detection.image_id
    LEFT JOIN pseudo_cluster AS cluster ON cluster.id = detection.pseudo_cluster_id`,
  order: 'image.file_name COLLATE "C", detection.rank',
};

const stage = (name: string, what: string) =>
  column(`${name}_ms`, 'DOUBLE', `run_image.${name}_ms`, `Time of ${what} in ms.`, nullable);

export const RUN_IMAGES: TableDefinition = {
  name: 'run-images',
  description: 'One row per image of a run that has ended, by file name. Images without detections are in it as well.',
  columns: [
    FILE_NAME,
    IMAGE_ID,
    column('state', 'ENUM', 'run_image.state', 'COMPLETED if the run has a result for the image.', {
      values: ['PENDING', 'COMPLETED', 'FAILED'],
    }),
    column(
      'detection_count',
      'INTEGER',
      '(SELECT count(*)::int4 FROM detection AS d WHERE d.run_id = run_image.run_id AND d.image_id = run_image.image_id)',
      'Number of detections on the image.',
    ),
    column('total_ms', 'DOUBLE', 'run_image.milliseconds', 'Time from the file to the boxes in ms.', nullable),
    stage('decode', 'reading and decoding the slices'),
    stage('prepare', 'preprocessing'),
    stage('network', 'inference'),
    stage('postprocess', 'postprocessing'),
    column('failure_kind', 'ENUM', 'run_image.failure_kind', 'Why the image failed.', {
      values: FAILURE_KINDS,
      isNullable: true,
    }),
    column('error', 'TEXT', 'run_image.error', 'The same as a sentence.', nullable),
    column('attempts', 'INTEGER', 'run_image.attempts', 'How often a worker began to process the image.'),
    column(
      'pixels_changed',
      'BOOLEAN',
      'run_image.pixels_changed',
      'Whether the pixel file differed from that at the import.',
      nullable,
    ),
  ],
  from: 'run_image JOIN bookmarked_image AS image ON image.id = run_image.image_id',
  order: 'image.file_name COLLATE "C"',
};

const STRATUM = column('stratum', 'TEXT', 'point.stratum', 'ALL, or a part of the lesions, as in the graph.');
const THRESHOLD = column(
  'iou_threshold',
  'DOUBLE',
  'point.iou_threshold_milli / 1000.0::float8',
  'Overlap threshold of a hit, 0 to 1.',
);
const counts = (of: string) => [
  column('hits', 'INTEGER', 'point.numerator', `Number of lesions that are hit ${of}.`),
  column('lesions', 'INTEGER', 'point.denominator', 'Number of lesions of the stratum.'),
];
const interval = (of: string) => [
  column('ci_low', 'DOUBLE', 'point.ci_low', `Lower end of the 95 % interval over patients of the ${of}.`, nullable),
  column('ci_high', 'DOUBLE', 'point.ci_high', `Upper end of the 95 % interval over patients of the ${of}.`, nullable),
];
const SCORE = column(
  'score_threshold',
  'DOUBLE',
  'point.score_threshold',
  'Detections from this score on count; null before the first one.',
  nullable,
);

/** A table of stored points of an evaluation. */
export interface PointTable extends TableDefinition {
  /** kinds of its points */
  readonly kinds: readonly string[];
}

const POINT_ORDER =
  'point.stratum COLLATE "C", point.top_k, point.iou_threshold_milli, point.kind COLLATE "C", point.abscissa';
const pointTable = (
  name: string,
  description: string,
  kinds: readonly string[],
  columns: TableDefinition['columns'],
): PointTable => ({ name, description, kinds, columns, from: 'metric_point AS point', order: POINT_ORDER });

export const ACCURACY = pointTable(
  'accuracy',
  'One row per point of the accuracy curves of an evaluation: recall by the top-k detections of an image.',
  ['ACCURACY'],
  [
    STRATUM,
    column('top_k', 'INTEGER', 'point.top_k', 'Detections per image that count.'),
    THRESHOLD,
    column('accuracy', 'DOUBLE', 'point.value', 'Share of the lesions that are hit; null without lesions.', nullable),
    ...counts('by the top-k detections'),
    ...interval('accuracy'),
  ],
);

export const FROC = pointTable(
  'froc',
  'One row per step of the FROC curves of an evaluation, and per rate at which they are read with an interval.',
  ['FROC', 'FROC_BAND'],
  [
    STRATUM,
    THRESHOLD,
    column(
      'kind',
      'ENUM',
      "CASE point.kind WHEN 'FROC' THEN 'STEP' ELSE 'READING' END",
      'STEP of the whole curve, or READING at a rate of the protocol.',
      {
        values: ['STEP', 'READING'],
      },
    ),
    column('false_positives_per_image', 'DOUBLE', 'point.abscissa', 'False positives per image.'),
    column(
      'sensitivity',
      'DOUBLE',
      'point.value',
      'Share of the lesions that are hit; null without lesions.',
      nullable,
    ),
    ...counts('from the score threshold on'),
    SCORE,
    ...interval('sensitivity'),
  ],
);

export const PRECISION_RECALL = pointTable(
  'precision-recall',
  'One row per point of the precision–recall curves of an evaluation, as COCO interpolates them at 101 recalls.',
  ['PRECISION_RECALL'],
  [
    STRATUM,
    THRESHOLD,
    column('recall', 'DOUBLE', 'point.abscissa', 'Recall, 0 to 1.'),
    column('precision', 'DOUBLE', 'point.value', 'The best precision at that recall or a higher one.', nullable),
    column('lesions', 'INTEGER', 'point.denominator', 'Number of lesions.'),
    SCORE,
  ],
);

/** The rows of outcomes are computed from boxes, and not by PostgreSQL. */
export const OUTCOME_COLUMNS: readonly Column[] = [
  { name: 'file_name', type: 'TEXT', isNullable: false, description: "The source's file name of the key slice." },
  {
    name: 'outcome',
    type: 'ENUM',
    values: OUTCOME_KINDS,
    isNullable: false,
    description:
      'HIT, DUPLICATE, LOCALIZATION or BACKGROUND of a detection, MISSED of a lesion that no detection finds, LEFT_OUT of ' +
      'what the protocol does not count; matched like the FROC of the protocol.',
  },
  {
    name: 'rank',
    type: 'INTEGER',
    isNullable: true,
    description: 'Position of the detection on its image, starting at 1.',
  },
  { name: 'score', type: 'DOUBLE', isNullable: true, description: 'Confidence of the detection, 0 to 1.' },
  {
    name: 'source_row_index',
    type: 'INTEGER',
    isNullable: true,
    description:
      'Row of the lesion in the source file; null without a lesion, and for a lesion that reviews confirmed.',
  },
  {
    name: 'iou',
    type: 'DOUBLE',
    isNullable: true,
    description:
      'Overlap with that lesion, as the FROC of the protocol measures it; of BACKGROUND the greatest with any lesion, of ' +
      'MISSED the greatest of any detection. Null for LEFT_OUT.',
  },
  {
    name: 'reason',
    type: 'ENUM',
    values: OUTCOME_REASONS,
    isNullable: true,
    description: 'Why a lesion is MISSED, or why something is LEFT_OUT; null for the others.',
  },
  {
    name: 'bounding_box_x1',
    type: 'DOUBLE',
    isNullable: false,
    description: `Left edge of the box, cut to the image, ${CONVENTION}`,
  },
  {
    name: 'bounding_box_y1',
    type: 'DOUBLE',
    isNullable: false,
    description: `Upper edge of the box, cut to the image, ${CONVENTION}`,
  },
  {
    name: 'bounding_box_x2',
    type: 'DOUBLE',
    isNullable: false,
    description: `Right edge of the box, cut to the image, ${CONVENTION}`,
  },
  {
    name: 'bounding_box_y2',
    type: 'DOUBLE',
    isNullable: false,
    description: `Lower edge of the box, cut to the image, ${CONVENTION}`,
  },
];
