import { stat, statfs } from 'node:fs/promises';
import type { Config } from '../config';
import type { Database } from '../database';
import { InsufficientStorage } from '../errors';
import type { ModelFolder } from '../inference';

/** Of the disk; an embedded database that cannot write its log ends. */
const KEPT_FREE_BYTES = 2 ** 30;
/** The database writes a model into its log and into its table. */
const COPIES = 2;
const RETRY_SECONDS = 600;

/** The size limit of registered models; without it, only the disk limits them. */
export type ModelRoom = Pick<Config, 'dataDir'> & Partial<Pick<Config, 'databaseUrl' | 'maxRegisteredModelBytes'>>;

/**
 * Checks whether there is enough space for one more model.
 *
 * @param keptFreeBytes of the disk of the embedded database; another in tests
 * @throws InsufficientStorage if the registered models, or the disk of the embedded database, have no room for it
 */
export async function checkModelRoom(
  database: Database,
  { dataDir, databaseUrl, maxRegisteredModelBytes = Number.POSITIVE_INFINITY }: ModelRoom,
  { onnxPath, manifest }: ModelFolder,
  keptFreeBytes = KEPT_FREE_BYTES,
): Promise<void> {
  const { size } = await stat(onnxPath);
  const taken = await findTakenBytes(database, manifest.onnx.sha256);
  if (taken + size > maxRegisteredModelBytes)
    throw new InsufficientStorage(
      `Expected the files of all registered models to take at most ${maxRegisteredModelBytes} bytes ` +
        `(MAX_REGISTERED_MODEL_BYTES), they take ${taken} and this one ${size}: ask the operator of the server to ` +
        'allow more.',
      RETRY_SECONDS,
      'model.onnx',
    );
  if (databaseUrl !== undefined) return;
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize - COPIES * size < keptFreeBytes)
    throw new InsufficientStorage(
      'The disk of the server has no room for this model: try again later, or ask its operator to free some. ' +
        'Nothing of it was kept.',
      RETRY_SECONDS,
      'model.onnx',
    );
}

/** Of all files but one, which is stored once however often it is registered. */
async function findTakenBytes(database: Database, sha256: string): Promise<number> {
  const [row] = await database.query<{ bytes: number }>({
    text: `SELECT coalesce(sum(bytes), 0)::float8 AS bytes FROM (
             SELECT model_sha256, max(stored_bytes) AS bytes FROM detector WHERE model_sha256 <> $1 GROUP BY model_sha256) AS file`,
    values: [sha256],
  });
  return row?.bytes ?? 0;
}
