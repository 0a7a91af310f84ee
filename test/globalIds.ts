import type { Queryable } from '../src/database';
import { type GlobalKeys, type GlobalType, toGlobalId } from '../src/globalId';

const uuidOf = (table: string): string => `SELECT uuid FROM ${table} WHERE id = $1`;
const ofDataset = (columns: string, table: string): string =>
  `SELECT dataset.slug || '@' || dataset.version AS dataset, ${columns} FROM ${table} JOIN dataset ON dataset.id = ${table}.dataset_id
    WHERE ${table}.id = $1`;

/** How a row's key outside the database is read, told apart from the code under test. */
const KEYS: Record<GlobalType, string> = {
  Dataset: `SELECT slug || '@' || version AS dataset FROM dataset WHERE id = $1`,
  Patient: ofDataset('patient_index AS "patientIndex"', 'patient'),
  Study: `SELECT dataset.slug || '@' || dataset.version AS dataset, patient.patient_index AS "patientIndex", study.study_index AS "studyIndex"
    FROM study JOIN patient ON patient.id = study.patient_id JOIN dataset ON dataset.id = patient.dataset_id WHERE study.id = $1`,
  Series: `SELECT dataset.slug || '@' || dataset.version AS dataset, patient.patient_index AS "patientIndex", study.study_index AS "studyIndex",
      series.series_index AS "seriesIndex"
    FROM series JOIN study ON study.id = series.study_id JOIN patient ON patient.id = study.patient_id
    JOIN dataset ON dataset.id = patient.dataset_id WHERE series.id = $1`,
  BookmarkedImage: ofDataset('file_name AS "fileName"', 'bookmarked_image'),
  Lesion: ofDataset('source_row_index AS "sourceRowIndex"', 'lesion'),
  Categorization: uuidOf('categorization'),
  Cohort: uuidOf('cohort'),
  Export: uuidOf('export_job'),
  PseudoCluster: `SELECT categorization.uuid AS categorization, cluster_index AS "clusterIndex"
    FROM pseudo_cluster JOIN categorization ON categorization.id = categorization_id WHERE pseudo_cluster.id = $1`,
  Detector: 'SELECT name, version, model_sha256 AS sha256 FROM detector WHERE id = $1',
  DetectionRun: uuidOf('detection_run'),
  Detection: `SELECT detection_run.uuid AS run, detection.rank, file_name AS "fileName" FROM detection
    JOIN detection_run ON detection_run.id = run_id JOIN bookmarked_image ON bookmarked_image.id = image_id WHERE detection.id = $1`,
  DetectionReview: uuidOf('detection_review'),
  Evaluation: uuidOf('evaluation'),
  ApiKey: uuidOf('api_key'),
};

/** @returns what the global id of a row is made of */
export async function keyOfRow<Type extends GlobalType>(
  database: Queryable,
  type: Type,
  row: number,
): Promise<GlobalKeys[Type]> {
  const [key] = await database.query<GlobalKeys[Type]>({ text: KEYS[type], values: [row] });
  if (!key) throw new Error(`Expected a ${type} of the row ${row}.`);
  return key;
}

/** @returns the global id of a row */
export async function idOfRow(database: Queryable, type: GlobalType, row: number): Promise<string> {
  return toGlobalId(type, await keyOfRow(database, type, row));
}

const dataset = 'nowhere@1';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const NOTHING: { [Type in GlobalType]: GlobalKeys[Type] } = {
  Dataset: { dataset },
  Patient: { dataset, patientIndex: 1 },
  Study: { dataset, patientIndex: 1, studyIndex: 1 },
  Series: { dataset, patientIndex: 1, studyIndex: 1, seriesIndex: 1 },
  BookmarkedImage: { dataset, fileName: '000001_01_01_109.png' },
  Lesion: { dataset, sourceRowIndex: 1 },
  Categorization: { uuid: NOBODY },
  Cohort: { uuid: NOBODY },
  Export: { uuid: NOBODY },
  PseudoCluster: { categorization: NOBODY, clusterIndex: 1 },
  Detector: { name: 'nobody', version: '1.0.0', sha256: '0'.repeat(16) },
  DetectionRun: { uuid: NOBODY },
  Detection: { run: NOBODY, rank: 1, fileName: '000001_01_01_109.png' },
  DetectionReview: { uuid: NOBODY },
  Evaluation: { uuid: NOBODY },
  ApiKey: { uuid: NOBODY },
};

/** @returns a global id that is well made, of something that is in no database */
export function idOfNothing<Type extends GlobalType>(type: Type): string {
  return toGlobalId<Type>(type, NOTHING[type]);
}

/** Types that have global ids. */
export const GLOBAL_TYPES = Object.keys(NOTHING) as GlobalType[];
