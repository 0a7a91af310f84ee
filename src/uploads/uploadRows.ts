import { type Columns, type Queryable, selectColumns } from '../database';
import { BadUserInput, NotFound } from '../errors';
import type { UploadKind } from './readRequest';

/** What a caller sent: an image, a series or a model. It never becomes part of a data set. */
export interface UploadRow {
  /** 22 characters of base64url, 128 random bits: anyone who knows it may use the upload */
  id: string;
  kind: UploadKind;
  /** from head to feet; neighbours differ by 1; empty for a model */
  sliceIndices: number[];
  /** px; null of a model */
  width: number | null;
  height: number | null;
  pixelSpacingMm: number | null;
  sliceIntervalMm: number | null;
  /** low, high, low, high … in HU; the first is the default */
  windows: number[];
  /** group and element, `00100010`, of the attributes of the file that were removed */
  removedTags: string[];
  warnings: string[];
  storedBytes: number;
  createdAt: Date;
  expiresAt: Date;
  /** its owner; null for uploads of older servers */
  client: string | null;
}

/** An upload that has slices. */
export type ImageUploadRow = UploadRow & { width: number; height: number };

const COLUMNS: Columns<UploadRow> = {
  id: 'id',
  kind: 'kind',
  sliceIndices: 'slice_indices',
  width: 'width',
  height: 'height',
  pixelSpacingMm: 'pixel_spacing_mm',
  sliceIntervalMm: 'slice_interval_mm',
  windows: 'windows',
  removedTags: 'removed_tags',
  warnings: 'warnings',
  storedBytes: 'stored_bytes',
  createdAt: 'created_at',
  expiresAt: 'expires_at',
  client: 'client',
};
const SELECTED = selectColumns(COLUMNS, 'upload');

const ID = /^[A-Za-z0-9_-]{22}$/;

/** @returns null for an id that is invalid, unknown or expired, which are not distinguished on purpose */
export async function findUploadIfThere(database: Queryable, id: string): Promise<UploadRow | null> {
  const [upload] = ID.test(id)
    ? await database.query<UploadRow>({
        name: 'upload-by-id',
        text: `SELECT ${SELECTED} FROM upload WHERE upload.id = $1 AND upload.expires_at > now()`,
        values: [id],
      })
    : [];
  return upload ?? null;
}

/**
 * @param argument what the caller named it by
 * @throws NotFound if `findUploadIfThere` returns null
 */
export async function findUpload(database: Queryable, id: string, argument = 'upload'): Promise<UploadRow> {
  const upload = await findUploadIfThere(database, id);
  if (upload) return upload;
  throw new NotFound(
    'There is no upload with this id: it may have expired. Send the file again by PUT /uploads.',
    argument,
  );
}

/**
 * @throws NotFound as `findUpload`
 * @throws BadUserInput if the upload is a model
 */
export async function findImageUpload(database: Queryable, id: string): Promise<ImageUploadRow> {
  const upload = await findUpload(database, id);
  if (hasSlices(upload)) return upload;
  const use =
    upload.kind === 'MODEL'
      ? 'a MODEL: registerDetector(input: { uploadId }) makes a detector of it'
      : 'a file of DETECTIONS: submitDetections(input: { uploadId }) makes a run of it';
  throw new BadUserInput(`Expected the upload of an image or series, this one is ${use}.`, 'upload');
}

function hasSlices(upload: UploadRow): upload is ImageUploadRow {
  return upload.width !== null && upload.height !== null;
}

/**
 * @param client who sent it
 * @param ttlHours after which it expires, on the database's clock
 */
export async function insertUpload(
  database: Queryable,
  upload: Omit<UploadRow, 'createdAt' | 'expiresAt' | 'client'>,
  client: string,
  ttlHours: number,
): Promise<UploadRow> {
  const [row] = await database.query<UploadRow>({
    text: `INSERT INTO upload (id, kind, slice_indices, width, height, pixel_spacing_mm, slice_interval_mm, windows, removed_tags, warnings,
             stored_bytes, client, expires_at)
           VALUES ($1, $2::upload_kind, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now() + $13 * interval '1 hour') RETURNING ${SELECTED}`,
    values: [
      upload.id,
      upload.kind,
      upload.sliceIndices,
      upload.width,
      upload.height,
      upload.pixelSpacingMm,
      upload.sliceIntervalMm,
      upload.windows,
      upload.removedTags,
      upload.warnings,
      upload.storedBytes,
      client,
      ttlHours,
    ],
  });
  if (!row) throw new Error('INSERT … RETURNING answered no row');
  return row;
}

/** Deletes an upload and all that was detected in it. */
export async function deleteUpload(database: Queryable, id: string): Promise<void> {
  await database.prisma.upload.deleteMany({ where: { id } });
}

/** Deletes what has expired. */
export async function deleteExpiredUploads(database: Queryable): Promise<void> {
  await database.query({ text: 'DELETE FROM upload WHERE expires_at <= now()' });
}

/**
 * Each start asks this before Prisma Client is loaded.
 *
 * @returns those of the ids that are uploads still
 */
export async function findLivingUploads(database: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const rows = await database.query<{ id: string }>({
    text: 'SELECT id FROM upload WHERE id = ANY($1::text[])',
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
}

/** What is kept of uploads that have not expired. */
export interface StoredUploads {
  /** of all clients, on disk */
  bytes: number;
  /** of one client */
  own: { count: number; bytes: number };
}

/** @param client whose own uploads are counted separately */
export async function findStoredUploads(database: Queryable, client: string): Promise<StoredUploads> {
  const [row] = await database.query<{ bytes: number; ownCount: number; ownBytes: number }>({
    name: 'stored-uploads',
    text: `SELECT coalesce(sum(stored_bytes), 0)::float8 AS bytes,
             coalesce(sum(stored_bytes) FILTER (WHERE client = $1), 0)::float8 AS "ownBytes",
             (count(*) FILTER (WHERE client = $1))::float8 AS "ownCount"
           FROM upload WHERE expires_at > now()`,
    values: [client],
  });
  if (!row) throw new Error('An aggregate answered no row');
  return { bytes: row.bytes, own: { count: row.ownCount, bytes: row.ownBytes } };
}

/** @returns number and bytes on disk of all uploads that have not expired */
export async function findUploadTotals(database: Queryable): Promise<StoredUploads['own']> {
  const [row] = await database.query<StoredUploads['own']>({
    name: 'upload-totals',
    text: `SELECT count(*)::int4 AS count, coalesce(sum(stored_bytes), 0)::float8 AS bytes FROM upload WHERE expires_at > now()`,
  });
  if (!row) throw new Error('An aggregate answered no row');
  return row;
}
