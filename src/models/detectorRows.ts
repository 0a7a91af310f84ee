/** Detectors as the database knows them. */
import {
  ANY_OF_IDS,
  type Columns,
  columnReader,
  fromJson,
  type Listing,
  type OrderBy,
  type Queryable,
  type SortKey,
  SqlParameters,
  selectColumns,
  selectFields,
  sortKeys,
} from '../database';
import { type BooleanFilter, booleanFilterSql } from '../dataset';
import { NotFound, quoted } from '../errors';
import type { GlobalKeys } from '../globalId';
import { compareVersions, type DetectorManifest, type TrainingPart } from '../inference';

/** Where a detector comes from: it runs elsewhere, it was registered, or its folder is or was in MODELS_DIR. */
export const DETECTOR_SOURCES = ['EXTERNAL', 'REGISTERED', 'SHIPPED'] as const;
export type DetectorSource = (typeof DETECTOR_SOURCES)[number];

/** A detector in the database; the registry knows whether it is ready. */
export interface DetectorRow {
  id: number;
  name: string;
  version: string;
  source: DetectorSource;
  /** null if an external detector does not state it */
  architecture: string | null;
  /** null exactly for an external detector */
  modelSha256: string | null;
  /** null exactly for an external detector */
  manifest: DetectorManifest | null;
  /** page of an external detector, and how to cite it; null for others */
  url: string | null;
  citation: string | null;
  /** licence, training data and contact of an external detector; null if it does not state them, and for others */
  licence: string | null;
  trainingData: string | null;
  contact: string | null;
  /** what an external detector declares; the model card of others may */
  trainedOn: TrainingPart[] | null;
  registeredAt: Date;
  /** size of the ONNX file; null if the database does not keep it */
  storedBytes: number | null;
  /** since when it takes no new runs; null if it does */
  archivedAt: Date | null;
}

/** A detector that has a model. */
export type ModelRow = DetectorRow & { modelSha256: string; manifest: DetectorManifest };

const DETECTOR_COLUMNS: Columns<DetectorRow> = {
  id: 'id',
  name: 'name',
  version: 'version',
  source: 'source',
  architecture: 'architecture',
  modelSha256: 'model_sha256',
  manifest: 'manifest',
  url: 'url',
  citation: 'citation',
  licence: 'licence',
  trainingData: 'training_data',
  contact: 'contact',
  trainedOn: 'trained_on',
  registeredAt: 'registered_at',
  storedBytes: 'stored_bytes',
  archivedAt: 'archived_at',
};

/** Which detectors; all given fields must match. */
export interface DetectorFilter extends BooleanFilter<DetectorFilter> {
  name?: string | null;
  version?: string | null;
  source?: readonly DetectorSource[] | null;
  archived?: boolean | null;
}

export const DETECTOR_ORDER_FIELDS = ['NAME', 'REGISTERED_AT', 'ID'] as const;

export type DetectorOrderField = (typeof DETECTOR_ORDER_FIELDS)[number];

const UNIQUE_DETECTOR: SortKey = { expression: 'detector.id', type: 'int4' };

const DETECTOR_SORT_KEYS: Record<DetectorOrderField, SortKey> = {
  NAME: { expression: 'detector.name COLLATE "C"', type: 'text' },
  REGISTERED_AT: { expression: 'detector.registered_at', type: 'timestamptz' },
  ID: UNIQUE_DETECTOR,
};

/** Describes a list of detectors, those whose folder is gone or changed among them. */
export function detectorListing(
  filter: DetectorFilter,
  orderBy: readonly OrderBy<DetectorOrderField>[],
): Listing<DetectorRow> {
  const parameters = new SqlParameters();
  const where = booleanFilterSql(filter, ({ name, version, source, archived }) => {
    const conditions: string[] = [];
    if (typeof name === 'string') conditions.push(`detector.name = ${parameters.add(name)}`);
    if (typeof version === 'string') conditions.push(`detector.version = ${parameters.add(version)}`);
    if (source) conditions.push(`detector.source = ANY(${parameters.add(source)}::detector_source[])`);
    if (typeof archived === 'boolean')
      conditions.push(`(detector.archived_at IS NOT NULL) = ${parameters.add(archived)}::bool`);
    return conditions;
  });
  return {
    columns: selectColumns(DETECTOR_COLUMNS, 'detector'),
    from: 'detector',
    where: [where],
    order: sortKeys(orderBy, DETECTOR_SORT_KEYS, UNIQUE_DETECTOR),
    parameters,
    read: columnReader(DETECTOR_COLUMNS, ''),
  };
}

/** @returns the detectors that exist, in no order */
export function findDetectors(database: Queryable, ids: readonly number[]): Promise<DetectorRow[]> {
  return database.query({
    name: 'detectors-by-id',
    text: `SELECT ${selectColumns(DETECTOR_COLUMNS, 'detector')} FROM detector WHERE detector.id = ${ANY_OF_IDS}`,
    values: [ids],
  });
}

/** @returns the detectors that exist, in no order */
export function findDetectorsByKey(
  database: Queryable,
  keys: readonly GlobalKeys['Detector'][],
): Promise<DetectorRow[]> {
  return database.query({
    name: 'detectors-by-key',
    text: `SELECT ${selectColumns(DETECTOR_COLUMNS, 'detector')} FROM unnest($1::text[], $2::text[], $3::text[]) AS key (name, version, sha256)
           JOIN detector ON detector.name = key.name AND detector.version = key.version
             AND CASE WHEN key.sha256 IS NULL THEN detector.source = 'EXTERNAL' ELSE starts_with(detector.model_sha256, key.sha256) END`,
    values: [keys.map(({ name }) => name), keys.map(({ version }) => version), keys.map(({ sha256 }) => sha256)],
  });
}

export const detectorKey = ({ name, version, modelSha256 }: DetectorRow): GlobalKeys['Detector'] => ({
  name,
  version,
  sha256: modelSha256,
});

/** @param id only this one; omitted: all whose files the database keeps */
export async function findStoredDetectors(database: Queryable, id?: number): Promise<ModelRow[]> {
  const rows = await database.prisma.detector.findMany({
    where: { id, source: 'REGISTERED' },
    select: selectFields(DETECTOR_COLUMNS),
  });
  return rows.flatMap(({ modelSha256, manifest, ...row }) =>
    modelSha256 === null
      ? []
      : [{ ...row, modelSha256, manifest: fromJson<DetectorManifest>(manifest), trainedOn: null }],
  );
}

/** A detector that has the name and version of a manifest. */
interface Namesake {
  id: number;
  source: DetectorSource;
  /** its file and its manifest are those that were asked for */
  isSame: boolean;
}

/**
 * Each start asks this for every folder, so that it is SQL: Prisma Client would have to be loaded first, which takes as
 * long as a third of the start.
 */
export function findNamesakes(database: Queryable, manifest: DetectorManifest): Promise<Namesake[]> {
  const { name, version, onnx } = manifest;
  return database.query({
    text: `SELECT id, source, coalesce(model_sha256 = $3 AND manifest = $4::jsonb, false) AS "isSame"
      FROM detector WHERE name = $1 AND version = $2 ORDER BY id`,
    values: [name, version, onnx.sha256, JSON.stringify(manifest)],
  });
}

/**
 * @param version omitted: the highest
 * @returns the version of an external detector; null if there is none
 */
export async function findExternalVersion(
  database: Queryable,
  name: string,
  version?: string | null,
): Promise<string | null> {
  const rows = await database.prisma.detector.findMany({
    where: { name, version: version ?? undefined, source: 'EXTERNAL' },
    select: { version: true },
  });
  return (
    rows
      .map((row) => row.version)
      .sort(compareVersions)
      .at(-1) ?? null
  );
}

/** @param version omitted: the highest; of several files under one version the one that was registered last */
export async function findDetectorByName(
  database: Queryable,
  name: string,
  version?: string | null,
): Promise<DetectorRow | null> {
  const [row] = await database.query<DetectorRow>({
    text: `SELECT ${selectColumns(DETECTOR_COLUMNS, 'detector')} FROM detector WHERE name = $1 AND ($2::text IS NULL OR version = $2)
      ORDER BY string_to_array(version, '.')::numeric[] DESC, registered_at DESC, id DESC LIMIT 1`,
    values: [name, version ?? null],
  });
  return row ?? null;
}

/** @param version omitted: any @returns those of these names that a detector has, whether it is ready or not */
export function findDetectorNames(
  database: Queryable,
  names: readonly string[],
  version?: string,
): Promise<{ name: string }[]> {
  // Every query with a detector in a filter asks this, so that it is a prepared statement.
  return database.query({
    name: 'detector-names',
    text: 'SELECT DISTINCT name FROM detector WHERE name = ANY($1::text[]) AND ($2::text IS NULL OR version = $2)',
    values: [names, version ?? null],
  });
}

const MAX_KNOWN = 20;

/**
 * @param argument the argument or field that named it
 * @returns the error for a detector that is not there, with those that are
 */
export async function unknownDetector(
  database: Queryable,
  name: string,
  version: string | undefined,
  argument: string,
): Promise<NotFound> {
  const rows = await database.query<{ name: string; version: string }>({
    text: `SELECT name, version FROM detector GROUP BY name, version
      ORDER BY name = $1 DESC, name COLLATE "C", string_to_array(version, '.')::numeric[] LIMIT $2::int4`,
    values: [name, MAX_KNOWN + 1],
  });
  const known = rows.slice(0, MAX_KNOWN).map((row) => `${row.name}@${row.version}`);
  const list = known.length > 0 ? known.join(', ') : 'none';
  const rest = rows.length > MAX_KNOWN ? ' and more: the query detectors lists them' : '';
  const wanted = version === undefined ? name : `${name}@${version}`;
  return new NotFound(`No detector ${quoted(wanted)}. Known: ${list}${rest}.`, argument);
}
