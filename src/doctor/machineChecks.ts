import { readdir, statfs } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Config } from '../config';
import type { Database } from '../database';
import { findRootedVersions } from '../dataset';
import { systemCodeOf } from '../startErrors';
import { findOrphanedUploads } from '../uploads';
import { type Finding, fail, ok, warn } from './finding';

/** Uploads are refused below it. */
const FULL_BYTES = 2 ** 30;
const LOW_SHARE = 0.05;

/** Free space where DATA_DIR is, or will be. */
export async function checkDisk({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding[]> {
  const { freeBytes: free, share } = await freeOf(dataDir);
  const text = `${(free / 1e9).toFixed(1)} GB of the disk of DATA_DIR are free (${Math.round(share * 100)} %).`;
  const cure = 'Make room: delete old backups, or move DATA_DIR to a larger disk.';
  if (free < FULL_BYTES) return [fail('disk', `${text} Uploads are refused below 1 GiB.`, cure)];
  return [share < LOW_SHARE ? warn('disk', text, cure) : ok('disk', text)];
}

/** A folder that is not there yet will be on the disk of the one above it. */
async function freeOf(folder: string): Promise<{ freeBytes: number; share: number }> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { freeBytes: bavail * bsize, share: blocks > 0 ? bavail / blocks : 0 };
  } catch (thrown) {
    if (systemCodeOf(thrown) !== 'ENOENT' || dirname(folder) === folder) throw thrown;
    return freeOf(dirname(folder));
  }
}

/** What is below DATA_DIR and belongs to nothing any more. */
export async function checkOrphans(database: Database, { dataDir }: Pick<Config, 'dataDir'>): Promise<Finding[]> {
  const uploads = await findOrphanedUploads(database, dataDir);
  const images = await orphanedImages(database, dataDir);
  const findings: Finding[] = [];
  if (uploads.length > 0)
    findings.push(
      warn(
        'orphaned files',
        `${uploads.length} folders in ${join(dataDir, 'uploads')} belong to no upload, such as ${uploads[0]}.`,
        'The server removes them within a minute when it runs; if they stay, remove them yourself.',
      ),
    );
  if (images.length > 0)
    findings.push(
      warn(
        'orphaned files',
        `No data set uses the restored images in ${images.join(', ')}.`,
        'Remove these folders if no other database uses this DATA_DIR.',
      ),
    );
  return findings.length > 0 ? findings : [ok('orphaned files', 'Nothing below DATA_DIR is left over.')];
}

/** Folders of images that came with a backup. */
async function orphanedImages(database: Database, dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'images');
  const names = await readdir(folder).catch(() => []);
  const roots = (await findRootedVersions(database)).map(({ imageRoot }) => imageRoot);
  return names.map((name) => join(folder, name)).filter((path) => !roots.some((root) => root.startsWith(path + sep)));
}
