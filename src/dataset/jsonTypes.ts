/** The content of data sets as JSON text: the fields that the graph shows of it, and the columns that they come from. */
import {
  type JsonRelation,
  type JsonType,
  type JsonValue,
  jsonBoolean,
  jsonGlobalId,
  jsonNumber,
  jsonNumberOrNull,
  jsonText,
  jsonTextOrNull,
  jsonWord,
  type Statement,
} from '../database';
import type { GlobalKeys } from '../globalId';
import { parseDatasetReference } from './conditions';

/** The global id of a row is made of the name of its data set version and of other columns. */
const idOf = (type: string, ...columns: string[]): JsonValue =>
  jsonGlobalId(type, (row) => {
    const dataset = `(SELECT concat(slug, '@', version) FROM dataset WHERE dataset.id = ${row}.dataset_id)`;
    return [dataset, ...columns.map((column) => `${row}.${column}`)].join(", ':', ");
  });

const parent = (type: string, column: string): JsonRelation => ({
  type,
  on: (row, above) => `${row}.id = ${above}.${column}`,
  count: 'one',
});

const children = (type: string, column: string, order: JsonValue): JsonRelation => ({
  type,
  on: (row, above) => `${row}.${column} = ${above}.id`,
  count: 'list',
  order,
});

const BY_SLICE: JsonValue = (row) => `${row}.series_id, ${row}.slice_index, ${row}.id`;
const BY_SOURCE_ROW: JsonValue = (row) => `${row}.dataset_id, ${row}.source_row_index`;

const axis = (first: number): { type: string; exists: JsonValue } & Pick<JsonType, 'values' | 'objects'> => ({
  type: 'Axis',
  exists: (row) => `cardinality(${row}.axes) >= ${first + 3}`,
  values: {},
  objects: { start: point(first), end: point(first + 2) },
});

const point = (first: number) => ({
  type: 'Point',
  values: { x: jsonNumber(`axes[${first}]`), y: jsonNumber(`axes[${first + 1}]`) },
});

const PATIENT: JsonType = {
  table: 'patient',
  values: {
    id: idOf('Patient', 'patient_index'),
    patientIndex: jsonNumber('patient_index'),
    sex: jsonWord('sex'),
  },
  objects: {},
  relations: { studies: children('Study', 'patient_id', (row) => `${row}.study_index`) },
};

const STUDY: JsonType = {
  table: 'study',
  values: {
    id: idOf('Study', 'patient_index', 'study_index'),
    studyIndex: jsonNumber('study_index'),
    ageYears: jsonNumberOrNull('age_years'),
  },
  objects: {},
  relations: {
    patient: parent('Patient', 'patient_id'),
    series: children('Series', 'study_id', (row) => `${row}.series_index`),
    images: children('BookmarkedImage', 'study_id', BY_SLICE),
  },
};

const SERIES: JsonType = {
  table: 'series',
  values: {
    id: idOf('Series', 'patient_index', 'study_index', 'series_index'),
    seriesIndex: jsonNumber('series_index'),
  },
  objects: {},
  relations: {
    study: parent('Study', 'study_id'),
    images: children('BookmarkedImage', 'series_id', BY_SLICE),
  },
};

const IMAGE: JsonType = {
  table: 'bookmarked_image',
  values: {
    id: idOf('BookmarkedImage', 'file_name'),
    fileName: jsonText('file_name'),
    sliceIndex: jsonNumber('slice_index'),
    sliceRangeFirst: jsonNumberOrNull('slice_range_first'),
    sliceRangeLast: jsonNumberOrNull('slice_range_last'),
    width: jsonNumber('width'),
    height: jsonNumber('height'),
    pixelSpacingMm: jsonNumberOrNull('pixel_spacing_mm'),
    sliceIntervalMm: jsonNumberOrNull('slice_interval_mm'),
    split: jsonWord('split'),
    pixelSha256: jsonTextOrNull('pixel_sha256'),
  },
  objects: {},
  relations: {
    study: parent('Study', 'study_id'),
    series: parent('Series', 'series_id'),
    lesions: children('Lesion', 'image_id', BY_SOURCE_ROW),
  },
};

const LESION: JsonType = {
  table: 'lesion',
  values: {
    id: idOf('Lesion', 'source_row_index'),
    sourceRowIndex: jsonNumber('source_row_index'),
    longDiameterMm: jsonNumberOrNull('long_diameter_mm'),
    shortDiameterMm: jsonNumberOrNull('short_diameter_mm'),
    coarseType: jsonWord('coarse_type'),
    possiblyNoisy: jsonBoolean('possibly_noisy'),
    split: jsonWord('split'),
  },
  objects: {
    boundingBox: {
      type: 'BoundingBox',
      values: { x1: jsonNumber('x1'), y1: jsonNumber('y1'), x2: jsonNumber('x2'), y2: jsonNumber('y2') },
    },
    longAxis: axis(1),
    shortAxis: axis(5),
    normalizedLocation: {
      type: 'NormalizedLocation',
      exists: (row) => `num_nulls(${['x', 'y', 'z'].map((axis) => `${row}.normalized_${axis}`).join(', ')}) = 0`,
      values: { x: jsonNumber('normalized_x'), y: jsonNumber('normalized_y'), z: jsonNumber('normalized_z') },
    },
  },
  relations: {
    image: parent('BookmarkedImage', 'image_id'),
    patient: parent('Patient', 'patient_id'),
  },
};

/** By the names of the graph. */
export const DATASET_JSON_TYPES = {
  Patient: PATIENT,
  Study: STUDY,
  Series: SERIES,
  BookmarkedImage: IMAGE,
  Lesion: LESION,
} as const satisfies Record<string, JsonType>;

/** The columns that the key of a type consists of besides its data set version. */
const KEY_COLUMNS: { readonly [Type in JsonDatasetType]: Readonly<Record<string, string>> } = {
  Patient: { patientIndex: 'patient_index' },
  Study: { patientIndex: 'patient_index', studyIndex: 'study_index' },
  Series: { patientIndex: 'patient_index', studyIndex: 'study_index', seriesIndex: 'series_index' },
  BookmarkedImage: { fileName: 'file_name' },
  Lesion: { sourceRowIndex: 'source_row_index' },
};

/** Types of the content of a data set version. */
export type JsonDatasetType = keyof typeof DATASET_JSON_TYPES;

export const isJsonDatasetType = (type: string): type is JsonDatasetType => Object.hasOwn(DATASET_JSON_TYPES, type);

/**
 * @param json an SQL expression over `found`
 * @returns a statement for the JSON text of the row with a key; no row if there is none
 */
export function jsonByKey(type: JsonDatasetType, key: GlobalKeys[JsonDatasetType], json: string): Statement {
  const { slug, version } = parseDatasetReference(key.dataset);
  const parts: Readonly<Record<string, unknown>> = { ...key };
  const columns = Object.entries(KEY_COLUMNS[type]);
  const where = columns.map(([, column], index) => `found.${column} = $${index + 3}`);
  return {
    text: `SELECT ${json} AS json FROM dataset JOIN ${DATASET_JSON_TYPES[type].table} AS found ON found.dataset_id = dataset.id
           WHERE dataset.slug = $1 AND dataset.version = $2 AND ${where.join(' AND ')}`,
    values: [slug, version, ...columns.map(([name]) => parts[name])],
  };
}
