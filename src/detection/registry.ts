import { join } from 'node:path';
import type { Config } from '../config';
import type { Database } from '../database';
import { messageOf, NotFound } from '../errors';
import type { Logger } from '../log';
import { holdsEncoder, modelFolderNames } from './encoders';
import { InferenceHost } from './inferenceHost';
import type { DetectorManifest } from './manifest';
import { type ModelFolder, readModelFolder } from './modelFolder';
import { compareVersions } from './modelVersion';

/** A model folder as the registry found it. */
export interface RegisteredDetector {
  /** row of the table `detector`; null for a refused folder */
  id: number | null;
  name: string;
  version: string;
  modelSha256: string;
  folder: ModelFolder | null;
  manifest: DetectorManifest | null;
  ready: boolean;
  /** why it is not ready */
  reason: string | null;
}

/** The detectors of MODELS_DIR. A folder that does not fit is kept with the reason and never stops the server. */
export interface DetectorRegistry {
  list(): readonly RegisteredDetector[];
  /**
   * @param version left out: the highest
   * @throws NotFound that lists the known ones
   */
  find(name: string, version?: string | null): RegisteredDetector;
  /** @returns the detector of a run, also one whose folder is gone: then it is not ready */
  findById(id: number): RegisteredDetector | null;
}

/**
 * Reads every model folder, checks it, loads the ones that this database has not seen yet once in the inference process, and records them.
 */
export async function createRegistry({
  database,
  config,
  log,
}: {
  database: Database;
  config: Pick<Config, 'modelsDir'>;
  log: Logger;
}): Promise<DetectorRegistry> {
  const detectors: RegisteredDetector[] = [];
  const host = new InferenceHost({ executionProviders: ['cpu'] });
  try {
    for (const name of await detectorFolderNames(config.modelsDir)) {
      const detector = await register(database, host, config.modelsDir, name, detectors);
      if (!detector.ready) log.warn({ detector: name, reason: detector.reason }, 'detector refused');
      detectors.push(detector);
    }
  } finally {
    host.stop('All detectors are read.');
  }
  detectors.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : compareVersions(a.version, b.version)));
  return {
    list: () => detectors,
    find(name, version) {
      const matches = detectors.filter((one) => one.name === name && (version == null || one.version === version));
      const found = matches.at(-1);
      if (found) return found;
      const known = detectors.map((one) => `${one.name}@${one.version}`).join(', ') || 'none';
      throw new NotFound(`No detector "${name}${version == null ? '' : `@${version}`}". Known: ${known}.`, 'detector');
    },
    findById: (id) => detectors.find((one) => one.id === id) ?? null,
  };
}

async function detectorFolderNames(modelsDir: string): Promise<string[]> {
  const names = await modelFolderNames(modelsDir);
  const isEncoder = await Promise.all(names.map((name) => holdsEncoder(join(modelsDir, name))));
  return names.filter((_, index) => !isEncoder[index]);
}

async function register(
  database: Database,
  host: InferenceHost,
  modelsDir: string,
  name: string,
  others: readonly RegisteredDetector[],
): Promise<RegisteredDetector> {
  const checked = await checkFolder(database, host, join(modelsDir, name), others);
  if (checked.reason === null) {
    const id = checked.knownId ?? (await insertRow(database, checked.folder.manifest));
    return describe(checked.folder, { id, ready: true, reason: null });
  }
  const refused = { id: null, ready: false, reason: checked.reason };
  if (checked.folder) return describe(checked.folder, refused);
  return { name, version: '', modelSha256: '', folder: null, manifest: null, ...refused };
}

type Checked =
  | { folder: ModelFolder; knownId: number | null; reason: null }
  | { folder: ModelFolder | null; knownId: null; reason: string };

/** A fault of the database is no fault of the folder: only what reading and loading says becomes the reason of a refusal. */
async function checkFolder(
  database: Database,
  host: InferenceHost,
  path: string,
  others: readonly RegisteredDetector[],
): Promise<Checked> {
  const read = await readModelFolder(path).catch((thrown) => messageOf(thrown));
  if (typeof read === 'string') return { folder: null, knownId: null, reason: read };
  const { name, version } = read.manifest;
  const twin = others.find((one) => one.ready && one.name === name && one.version === version);
  if (twin) return { folder: read, knownId: null, reason: `Another folder holds ${name}@${version} already.` };
  const knownId = await findRow(database, read.manifest);
  const reason = knownId === null ? await host.open(read).then(() => null, messageOf) : null;
  return reason === null ? { folder: read, knownId, reason } : { folder: read, knownId: null, reason };
}

function describe(folder: ModelFolder, state: Pick<RegisteredDetector, 'id' | 'ready' | 'reason'>): RegisteredDetector {
  const { manifest } = folder;
  return {
    name: manifest.name,
    version: manifest.version,
    modelSha256: manifest.onnx.sha256,
    folder,
    manifest,
    ...state,
  };
}

async function findRow(database: Database, manifest: DetectorManifest): Promise<number | null> {
  const { name, version, onnx } = manifest;
  const [row] = await database.query<{ id: number }>({
    text: 'SELECT id FROM detector WHERE name = $1 AND version = $2 AND model_sha256 = $3 AND manifest = $4::jsonb',
    values: [name, version, onnx.sha256, JSON.stringify(manifest)],
  });
  return row?.id ?? null;
}

/** The same file under a corrected manifest is the same detector; a changed file is another one. */
async function insertRow(database: Database, manifest: DetectorManifest): Promise<number> {
  const { name, version, architecture, onnx } = manifest;
  const [row] = await database.query<{ id: number }>({
    text: `INSERT INTO detector (name, version, architecture, model_sha256, manifest) VALUES ($1, $2, $3, $4, $5::jsonb)
           ON CONFLICT (name, version, model_sha256) DO UPDATE SET architecture = excluded.architecture, manifest = excluded.manifest
           RETURNING id`,
    values: [name, version, architecture, onnx.sha256, JSON.stringify(manifest)],
  });
  if (!row) throw new Error('INSERT … RETURNING answered no row');
  return row.id;
}
