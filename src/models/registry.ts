import { join } from 'node:path';
import type { Config } from '../config';
import { type Database, toJson } from '../database';
import { messageOf, NotFound } from '../errors';
import type { DetectorManifest } from '../inference';
import {
  askTwice,
  compareVersions,
  InferenceHost,
  InferenceProcessDied,
  type ModelFolder,
  readModelFolder,
} from '../inference';
import type { Logger } from '../log';
import { ARCHIVED_REASON, archivedRefusal, findArchivedIds } from './archiveDetector';
import {
  type DetectorRow,
  findExternalVersion,
  findNamesakes,
  findStoredDetectors,
  type ModelRow,
} from './detectorRows';
import { holdsEncoder, modelFolderNames } from './encoders';
import { EXTERNAL_REASON, externalRefusal } from './externalDetector';
import { ModelCache, modelCacheDir } from './modelFiles';

/** A detector with a model, as the registry knows it. */
export interface RegisteredDetector {
  /** row of the table `detector`; null for a refused folder */
  id: number | null;
  name: string;
  version: string;
  modelSha256: string;
  /** of MODELS_DIR; null if that has none, or a refused one: the model may be in the database */
  folder: ModelFolder | null;
  manifest: DetectorManifest | null;
  ready: boolean;
  /** why it is not ready */
  reason: string | null;
}

/** Whether a detector is ready for runs, and if not, why. */
export interface Readiness {
  ready: boolean;
  reason: string | null;
}

/**
 * The detectors of MODELS_DIR, which are read when the process starts, and those that were registered, which the
 * database keeps: they are requested again each time, so that one that another process registered a moment ago is
 * there. External detectors have no model, so that they are not among them.
 */
export interface DetectorRegistry {
  /** Those of MODELS_DIR. A folder that does not fit is kept with the reason and never stops the server. */
  list(): readonly RegisteredDetector[];
  /**
   * @param version omitted: the highest that has a model and is not archived
   * @throws NotFound that lists the known ones
   * @throws Conflict if only an external detector has this name and version, or only an archived one
   */
  find(name: string, version?: string | null): Promise<RegisteredDetector>;
  /** @returns the detector of a run; null if it is external, or its folder is gone and the database does not keep it */
  findById(id: number): Promise<RegisteredDetector | null>;
  readinessOf(row: DetectorRow): Readiness;
  /**
   * The model's files on this machine; a registered one is fetched the first time.
   *
   * @throws Conflict if the file is not the one that was registered
   */
  locate(detector: RegisteredDetector): Promise<ModelFolder>;
}

/**
 * Reads every model folder, checks it, loads the ones that this database has not seen yet once in the inference
 * process, and records them.
 */
export async function createRegistry({
  database,
  config,
  log,
}: {
  database: Database;
  config: Pick<Config, 'modelsDir' | 'dataDir'>;
  log: Logger;
}): Promise<DetectorRegistry> {
  const detectors: RegisteredDetector[] = [];
  const host = new InferenceHost({ executionProviders: ['cpu'], threads: 1 });
  try {
    for (const name of await detectorFolderNames(config.modelsDir)) {
      const detector = await register(database, host, config.modelsDir, name, detectors);
      if (!detector.ready) log.warn({ detector: name, reason: detector.reason }, 'detector refused');
      detectors.push(detector);
    }
  } finally {
    host.stop('All detectors are read.');
  }
  return new Registry(database, detectors.sort(byNameAndVersion), new ModelCache(database, modelCacheDir(config)));
}

/** Of one version, a detector that is ready comes last. */
function byNameAndVersion(a: RegisteredDetector, b: RegisteredDetector): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return compareVersions(a.version, b.version) || Number(a.ready) - Number(b.ready);
}

class Registry implements DetectorRegistry {
  constructor(
    private readonly database: Database,
    private readonly folders: readonly RegisteredDetector[],
    private readonly cache: ModelCache,
  ) {}

  list(): readonly RegisteredDetector[] {
    return this.folders;
  }

  async find(name: string, version?: string | null): Promise<RegisteredDetector> {
    const all = [...this.folders, ...(await this.stored({}))].sort(byNameAndVersion);
    const found = all.filter((one) => one.name === name && (version == null || one.version === version));
    const archived = await findArchivedIds(this.database);
    const usable = found.findLast(({ id }) => id === null || !archived.has(id));
    if (usable) return usable;
    const last = found.at(-1);
    if (last) throw archivedRefusal(last.name, last.version);
    const external = await findExternalVersion(this.database, name, version);
    if (external !== null) throw externalRefusal(name, external);
    const known = [...new Set(all.map((one) => `${one.name}@${one.version}`))].join(', ') || 'none';
    throw new NotFound(`No detector "${name}${version == null ? '' : `@${version}`}". Known: ${known}.`, 'detector');
  }

  async findById(id: number): Promise<RegisteredDetector | null> {
    return this.folders.find((one) => one.id === id) ?? (await this.stored({ id }))[0] ?? null;
  }

  readinessOf({ id, name, version, source, storedBytes, archivedAt }: DetectorRow): Readiness {
    if (archivedAt !== null) return { ready: false, reason: ARCHIVED_REASON };
    if (source === 'EXTERNAL') return { ready: false, reason: EXTERNAL_REASON };
    const isThere = storedBytes !== null || this.folders.some((one) => one.id === id);
    if (isThere) return { ready: true, reason: null };
    const refused = this.folders.find((one) => !one.ready && one.name === name && one.version === version);
    const gone = 'Its folder is not in MODELS_DIR any more, or holds another file by now.';
    return { ready: false, reason: refused?.reason ?? gone };
  }

  async locate({ folder, modelSha256, manifest }: RegisteredDetector): Promise<ModelFolder> {
    if (folder) return folder;
    if (!manifest) throw new Error('expected a detector that is ready');
    return { manifest, onnxPath: await this.cache.locate(modelSha256) };
  }

  /** Those that the database keeps and MODELS_DIR does not have as well. */
  private async stored(wanted: { id?: number }): Promise<RegisteredDetector[]> {
    const rows = await findStoredDetectors(this.database, wanted.id);
    return rows.filter(({ id }) => !this.folders.some((one) => one.id === id)).map(fromRow);
  }
}

function fromRow({ id, name, version, modelSha256, manifest }: ModelRow): RegisteredDetector {
  return { id, name, version, modelSha256, manifest, folder: null, ready: true, reason: null };
}

/** @returns the names of the folders of `modelsDir` that hold a detector */
export async function detectorFolderNames(modelsDir: string): Promise<string[]> {
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

/**
 * A fault of the database is not a fault of the folder: only errors of reading and loading become the reason of a
 * refusal.
 */
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
  const namesakes = await findNamesakes(database, read.manifest);
  // A model that was registered keeps its name and version permanently, because runs of other machines use it by them;
  // so does an external detector.
  const taken = namesakes.find(({ source, isSame }) => source === 'EXTERNAL' || (source === 'REGISTERED' && !isSame));
  if (taken) {
    const what = taken.source === 'EXTERNAL' ? 'an external detector' : 'registered with another model';
    const reason = `${name}@${version} is ${what}: give this one its own version.`;
    return { folder: read, knownId: null, reason };
  }
  const knownId = namesakes.find(({ isSame }) => isSame)?.id ?? null;
  const reason =
    knownId === null ? await askTwice(() => host.open(read), InferenceProcessDied).then(() => null, messageOf) : null;
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

/** The same file under a corrected manifest is the same detector; a changed file is another one. */
async function insertRow(database: Database, manifest: DetectorManifest): Promise<number> {
  const { name, version, architecture, onnx } = manifest;
  const key = { name, version, modelSha256: onnx.sha256 };
  const texts = { architecture, manifest: toJson(manifest) };
  const { id } = await database.prisma.detector.upsert({
    where: { name_version_modelSha256: key },
    create: { ...key, ...texts, source: 'SHIPPED' },
    update: texts,
    select: { id: true },
  });
  return id;
}
