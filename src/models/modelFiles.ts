/**
 * The ONNX files of registered detectors: PostgreSQL keeps them for all machines, each machine has copies of those it
 * has used.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database, Transaction } from '../database';
import { Conflict } from '../errors';
import { sha256OfFile } from '../inference';
import { INCOMING } from './stageModelFolder';

/** Far below what PostgreSQL takes as one value: the driver holds a value three times while it passes. */
const PART_BYTES = 4 * 2 ** 20;

/** The folder in which a machine keeps its copies. */
export const modelCacheDir = (config: { dataDir: string }): string => join(config.dataDir, 'model-cache');

/**
 * Stores a file in its transaction; one that is stored already stays as it is.
 *
 * @returns its size in bytes
 */
export async function storeModelFile(transaction: Transaction, sha256: string, path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    let size = 0;
    for (let part = 0; ; part++) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, size);
      if (bytesRead === 0) return size;
      size += bytesRead;
      await transaction.query({
        text: 'INSERT INTO model_file_part (model_sha256, part, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        values: [sha256, part, buffer.subarray(0, bytesRead)],
      });
    }
  } finally {
    await file.close();
  }
}

/** Makes a checked file this machine's copy. A rename is atomic: a reader finds a whole file or none. */
export async function keepModelFile(cacheDir: string, sha256: string, path: string): Promise<void> {
  await rename(path, copyPath(cacheDir, sha256));
  const folder = await open(cacheDir, 'r');
  await folder.sync().finally(() => folder.close());
}

/** This machine's copies of stored files. */
export class ModelCache {
  /** state of each copy when it was last read completely */
  private readonly checked = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly cacheDir: string,
  ) {}

  /**
   * Fetches the file if this machine does not have it yet.
   *
   * @returns path of the copy, whose checksum is right
   * @throws Conflict if the copy or the stored file has another checksum than was registered
   */
  async locate(sha256: string): Promise<string> {
    const path = copyPath(this.cacheDir, sha256);
    const mark = await markOf(path);
    if (mark !== null && mark === this.checked.get(sha256)) return path;
    if (mark === null) await this.fetch(sha256);
    else await checkCopy(path, sha256);
    this.checked.set(sha256, (await markOf(path)) ?? '');
    return path;
  }

  private async fetch(sha256: string): Promise<void> {
    await mkdir(this.cacheDir, { recursive: true });
    const folder = await mkdtemp(join(this.cacheDir, INCOMING));
    const path = join(folder, 'model.onnx');
    try {
      const file = await open(path, 'wx', 0o600);
      const found = await this.writeParts(file, sha256).finally(() => file.close());
      if (found !== sha256)
        throw new Conflict(
          `The database holds a model file with sha256 ${found}, it was registered with ${sha256}: register the ` +
            'folder again under another version.',
        );
      await keepModelFile(this.cacheDir, sha256, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @returns the checksum of what was written */
  private async writeParts(file: FileHandle, sha256: string): Promise<string> {
    const hash = createHash('sha256');
    for (let part = 0; ; part++) {
      const [row] = await this.database.query<{ bytes: Buffer }>({
        name: 'model-file-part',
        text: 'SELECT bytes FROM model_file_part WHERE model_sha256 = $1 AND part = $2',
        values: [sha256, part],
      });
      if (!row) break;
      hash.update(row.bytes);
      await file.writeFile(row.bytes);
    }
    await file.sync();
    return hash.digest('hex');
  }
}

const copyPath = (cacheDir: string, sha256: string): string => join(cacheDir, `${sha256}.onnx`);

/** @returns a value that changes when a file is written to or replaced; null if there is none */
async function markOf(path: string): Promise<string | null> {
  const status = await stat(path).catch(() => null);
  return status && `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
}

async function checkCopy(path: string, sha256: string): Promise<void> {
  const found = await sha256OfFile(path);
  if (found !== sha256)
    throw new Conflict(
      `This machine's copy of the model file has sha256 ${found}, it was registered with ${sha256}: delete ` +
        `model-cache/${sha256}.onnx below DATA_DIR, and it is fetched again.`,
    );
}
