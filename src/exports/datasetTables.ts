/**
 * The tables of a data set version: each column is described here once, for the files, the JSON Schemas and
 * docs/exports.md. Names are the graph's.
 */
import { COARSE_TYPES, SEXES, SPLITS } from '../dataset';
import { column, globalIdSql, type SqlColumn, type TableDefinition } from './table';

/** Of the data set version of the row, as ids name it. */
const VERSION = "dataset.slug || '@' || dataset.version";
const nullable = { isNullable: true };

const PATIENT: readonly SqlColumn[] = [
  column('patient_index', 'INTEGER', 'patient.patient_index', "The source's patient index."),
  column('sex', 'ENUM', 'patient.sex', 'Sex of the patient.', { values: SEXES }),
];

const STUDY: readonly SqlColumn[] = [
  column('study_index', 'INTEGER', 'study.study_index', 'Index of the study within its patient.'),
  column('age_years', 'DOUBLE', 'study.age_years', 'Age of the patient at the time of the study in years.', nullable),
];

const IMAGE: readonly SqlColumn[] = [
  column('file_name', 'TEXT', 'image.file_name', "The source's file name of the key slice."),
  column('slice_index', 'INTEGER', 'image.slice_index', 'Index of the key slice in its series, from head to feet.'),
  column(
    'slice_range_first',
    'INTEGER',
    'image.slice_range_first',
    'First slice around the key slice that the source provides.',
    nullable,
  ),
  column(
    'slice_range_last',
    'INTEGER',
    'image.slice_range_last',
    'Last slice around the key slice that the source provides.',
    nullable,
  ),
  column('image_width', 'INTEGER', 'image.width', 'Width of the image in pixels.'),
  column('image_height', 'INTEGER', 'image.height', 'Height of the image in pixels.'),
  column('pixel_spacing_mm', 'DOUBLE', 'image.pixel_spacing_mm', 'Width and height of a pixel in mm.', nullable),
  column(
    'slice_interval_mm',
    'DOUBLE',
    'image.slice_interval_mm',
    'Distance between neighbouring slices in mm.',
    nullable,
  ),
  column(
    'window_low_hu',
    'DOUBLE',
    'image.windows[1]',
    'Lower end of the default window in Hounsfield units.',
    nullable,
  ),
  column(
    'window_high_hu',
    'DOUBLE',
    'image.windows[2]',
    'Upper end of the default window in Hounsfield units.',
    nullable,
  ),
];

const SERIES = column('series_index', 'INTEGER', 'series.series_index', 'Index of the series within its study.');

const box = (edge: string, what: string): SqlColumn =>
  column(
    `bounding_box_${edge}`,
    'DOUBLE',
    `lesion.${edge}`,
    `${what} edge of the bounding box in pixels, in the pixel convention of the data set.`,
  );

function axisColumns(name: 'long' | 'short', offset: number): SqlColumn[] {
  const places = ['start_x', 'start_y', 'end_x', 'end_y'];
  return places.map((place, index) =>
    column(
      `${name}_axis_${place}`,
      'DOUBLE',
      `lesion.axes[${offset + index + 1}]`,
      `End point of the ${name} RECIST axis in pixels, in the pixel convention of the data set.`,
      nullable,
    ),
  );
}

const location = (coordinate: string, ends: string): SqlColumn =>
  column(
    `normalized_location_${coordinate}`,
    'DOUBLE',
    `lesion.normalized_${coordinate}`,
    `Relative position in the body from ${ends}, 0 to 1.`,
    nullable,
  );

export const LESIONS: TableDefinition = {
  name: 'lesions',
  description: 'One row per lesion, with its image, study and patient, in the order of the source.',
  columns: [
    column(
      'id',
      'TEXT',
      globalIdSql('Lesion', `${VERSION} || ':' || lesion.source_row_index`),
      'Global id, as in the graph.',
    ),
    column(
      'source_row_index',
      'INTEGER',
      'lesion.source_row_index',
      'Row of the lesion in the source file, starting at 0.',
    ),
    box('x1', 'Left'),
    box('y1', 'Upper'),
    box('x2', 'Right'),
    box('y2', 'Lower'),
    column('long_diameter_mm', 'DOUBLE', 'lesion.long_diameter_mm', 'Long RECIST diameter in mm.', nullable),
    column('short_diameter_mm', 'DOUBLE', 'lesion.short_diameter_mm', 'Short RECIST diameter in mm.', nullable),
    ...axisColumns('long', 0),
    ...axisColumns('short', 4),
    location('x', 'left to right'),
    location('y', 'front to back'),
    location('z', 'head to feet'),
    column('coarse_type', 'ENUM', 'lesion.coarse_type', 'Coarse lesion type.', { values: COARSE_TYPES }),
    column('possibly_noisy', 'BOOLEAN', 'lesion.possibly_noisy', "The authors' flag for a possibly noisy measurement."),
    column('split', 'ENUM', 'lesion.split', 'The split of the data set.', { values: SPLITS }),
    ...IMAGE,
    SERIES,
    ...STUDY,
    ...PATIENT,
  ],
  from: `lesion JOIN dataset ON dataset.id = lesion.dataset_id JOIN bookmarked_image AS image ON image.id = lesion.image_id
    JOIN series ON series.id = image.series_id JOIN study ON study.id = image.study_id JOIN patient ON patient.id = lesion.patient_id`,
  order: 'lesion.source_row_index',
};

const IMAGE_ID = column(
  'id',
  'TEXT',
  globalIdSql('BookmarkedImage', `${VERSION} || ':' || image.file_name`),
  'Global id, as in the graph.',
);
const IMAGE_FROM = `bookmarked_image AS image JOIN dataset ON dataset.id = image.dataset_id JOIN series ON series.id = image.series_id
    JOIN study ON study.id = image.study_id JOIN patient ON patient.id = study.patient_id`;
const IMAGE_SPLIT = column('split', 'ENUM', 'image.split', 'The split of the data set.', { values: SPLITS });
const HAS_PIXELS = column(
  'has_pixels',
  'BOOLEAN',
  'image.has_pixels',
  'Whether the server has had a pixel file of the image at the import.',
);
const PIXEL_SHA256 = column(
  'pixel_sha256',
  'TEXT',
  'image.pixel_sha256',
  'SHA-256 of the pixel file at the import, in hexadecimal.',
  nullable,
);

export const IMAGES: TableDefinition = {
  name: 'images',
  description: 'One row per bookmarked image (key slice), with its study and patient, by file name.',
  columns: [
    IMAGE_ID,
    ...IMAGE,
    IMAGE_SPLIT,
    HAS_PIXELS,
    PIXEL_SHA256,
    column(
      'lesion_count',
      'INTEGER',
      '(SELECT count(*)::int4 FROM lesion AS l WHERE l.image_id = image.id)',
      'Number of lesions on the image.',
    ),
    SERIES,
    ...STUDY,
    ...PATIENT,
  ],
  from: IMAGE_FROM,
  order: 'image.file_name COLLATE "C"',
};

export const STUDIES: TableDefinition = {
  name: 'studies',
  description: 'One row per study, with its patient, by patient and study index.',
  columns: [
    column(
      'id',
      'TEXT',
      globalIdSql('Study', `${VERSION} || ':' || study.patient_index || ':' || study.study_index`),
      'Global id, as in the graph.',
    ),
    ...STUDY,
    column(
      'image_count',
      'INTEGER',
      '(SELECT count(*)::int4 FROM bookmarked_image AS i WHERE i.study_id = study.id)',
      'Number of bookmarked images of the study.',
    ),
    ...PATIENT,
  ],
  from: `study JOIN dataset ON dataset.id = study.dataset_id JOIN patient ON patient.id = study.patient_id`,
  order: 'study.patient_index, study.study_index',
};

export const PATIENTS: TableDefinition = {
  name: 'patients',
  description: 'One row per patient, by index.',
  columns: [
    column(
      'id',
      'TEXT',
      globalIdSql('Patient', `${VERSION} || ':' || patient.patient_index`),
      'Global id, as in the graph.',
    ),
    ...PATIENT,
    column(
      'study_count',
      'INTEGER',
      '(SELECT count(*)::int4 FROM study AS s WHERE s.patient_id = patient.id)',
      'Number of studies of the patient.',
    ),
    column(
      'lesion_count',
      'INTEGER',
      '(SELECT count(*)::int4 FROM lesion AS l WHERE l.patient_id = patient.id)',
      'Number of lesions of the patient.',
    ),
  ],
  from: 'patient JOIN dataset ON dataset.id = patient.dataset_id',
  order: 'patient.patient_index',
};

/** The manifest of the pixel files. */
export const FILES: TableDefinition = {
  name: 'files',
  description: 'One row per pixel file of a key slice that the server has had at the import, by file name.',
  columns: [
    column('file_name', 'TEXT', 'image.file_name', "The source's file name of the key slice."),
    column(
      'path',
      'TEXT',
      `coalesce(image.pixel_path, regexp_replace(image.file_name, '[_/](\\d+\\.png)$', '/\\1'))`,
      "Path of the file below the data set's image folder.",
    ),
    PIXEL_SHA256,
    column('image_width', 'INTEGER', 'image.width', 'Width of the image in pixels.'),
    column('image_height', 'INTEGER', 'image.height', 'Height of the image in pixels.'),
    column('id', 'TEXT', IMAGE_ID.sql, 'Global id of the image: /images/ID.npy has its Hounsfield units.'),
  ],
  from: IMAGE_FROM,
  order: 'image.file_name COLLATE "C"',
};

/** Columns that go by the place of pixel files, which may be taken over after the import. */
export const PIXEL_COLUMNS: ReadonlySet<string> = new Set([HAS_PIXELS.name, PIXEL_SHA256.name, 'path']);

/** Columns of lesions that a categorization adds. @param alias of the assignment, of the cluster that of `pseudoCluster` */
export const CLUSTER_COLUMNS: readonly SqlColumn[] = [
  column(
    'pseudo_cluster_index',
    'INTEGER',
    'cluster.cluster_index',
    'Index of the pseudo-cluster of the lesion in the categorization.',
    nullable,
  ),
  column(
    'pseudo_cluster_distance',
    'DOUBLE',
    'member.distance',
    'Euclidean distance of the features to the centroid of that pseudo-cluster.',
    nullable,
  ),
  column(
    'pseudo_cluster_margin',
    'DOUBLE',
    'member.margin',
    'Distance to the nearest other centroid, less that distance.',
    nullable,
  ),
];

/** @param categorization placeholder of the row id of the categorization */
export const clusterJoin = (categorization: string): string =>
  ` LEFT JOIN cluster_assignment AS member ON member.lesion_id = lesion.id AND member.categorization_id = ${categorization}::int4
    LEFT JOIN pseudo_cluster AS cluster ON cluster.id = member.pseudo_cluster_id`;
