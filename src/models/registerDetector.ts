import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config';
import { type Database, type Transaction, toJson } from '../database';
import { BadUserInput, Conflict, messageOf, NotFound } from '../errors';
import type { DetectorManifest } from '../inference';
import {
  askTwice,
  InferenceHost,
  type InferenceHostOptions,
  InferenceProcessDied,
  type ModelFolder,
  readModelFolder,
} from '../inference';
import { type Asker, Places } from '../places';
import { type DetectorRow, findDetectors } from './detectorRows';
import { keepModelFile, modelCacheDir, storeModelFile } from './modelFiles';
import { checkModelRoom, type ModelRoom } from './modelStorage';
import type { DetectorRegistry } from './registry';
import { stageModelFolder } from './stageModelFolder';

/** What `registerDetector` works with. */
export interface RegistrationContext {
  database: Database;
  config: ModelRoom;
  /** names of which no version is taken: runs that name no version take the highest */
  keptNames?: readonly string[];
  /** given the row id of a detector that is new, as the last step of its transaction */
  keep?(transaction: Transaction, id: number): Promise<void>;
}

/** Limits of the trial; the defaults are those of a run, with more time for a slice. */
export type TrialLimits = Pick<InferenceHostOptions, 'sliceTimeoutMs' | 'openTimeoutMs' | 'memoryLimitBytes'>;

export interface Registration {
  detector: DetectorRow;
  /** the very same model was registered before: nothing was changed */
  alreadyRegistered: boolean;
}

/** Time limit of the trial, for two slices on a machine that may have other work: a run's own limit applies later. */
const TRIAL_TIMEOUT_MS = 30_000;
const INBOX_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** A model that supports any batch size is tried with two slices. */
const TRIAL_BATCH = 2;
/** A trial may take gigabytes of memory: two at once would be one too many for a small machine. */
const trials = new Places(
  { atOnce: 1, perClient: 1, waitingPerClient: 4, waiting: 8, longestWaitMs: 2 * 60_000, usualSeconds: 10 },
  'registrations',
);

/**
 * Makes a model folder a detector of this installation: copies it, checks every part of it, tries the model on
 * synthetic slices in a separate process, and stores file and manifest in the database in one transaction. From then on
 * every server and worker on that database finds it; the folder itself is not needed any more.
 *
 * @param folder with model.json and model.onnx
 * @throws NotFound if there is no such folder
 * @throws BadUserInput naming the invalid file or field of the manifest, or the fault of the model
 * @throws Conflict if the name and version are another model's, or the name is kept
 * @throws RateLimited if too many wait for their trial
 * @throws InsufficientStorage if there is not enough space for it
 */
export function registerDetector(
  context: RegistrationContext,
  folder: string,
  limits: TrialLimits = {},
  asker: Asker = {},
): Promise<Registration> {
  return trials.run(asker, async () => {
    const cacheDir = modelCacheDir(context.config);
    const copy = await stageModelFolder(folder, cacheDir);
    try {
      const model = await readModelFolder(copy);
      const { name } = model.manifest;
      if (context.keptNames?.includes(name))
        throw new Conflict(
          `${name} is a detector of this server's own folder of models: take another name, or ask the operator ` +
            'to register the version.',
          'name',
        );
      const known = await findKnown(context.database, model.manifest);
      if (known?.stored) return { detector: await readRow(context.database, known.id), alreadyRegistered: true };
      await checkModelRoom(context.database, context.config, model);
      await tryOut(model, limits);
      const id = await context.database.transaction(async (transaction) => {
        const stored = await store(transaction, model);
        await context.keep?.(transaction, stored);
        return stored;
      });
      await keepModelFile(cacheDir, model.manifest.onnx.sha256, model.onnxPath);
      return { detector: await readRow(context.database, id), alreadyRegistered: false };
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
}

/**
 * The same for a folder of the inbox, which clients may name.
 *
 * @param name of a folder directly in MODEL_INBOX
 * @throws as `registerDetector`
 */
export async function registerDetectorFromInbox(
  context: RegistrationContext & { config: Pick<Config, 'modelInbox'> },
  name: string,
  asker: Asker = {},
): Promise<Registration> {
  if (!INBOX_NAME.test(name))
    throw new BadUserInput(
      'Expected folder to be the name of a folder in the inbox: letters, digits, dots, hyphens and underscores, ' +
        'at most 100.',
      'folder',
    );
  const folder = join(context.config.modelInbox, name);
  const isThere = await lstat(folder).then(
    () => true,
    () => false,
  );
  if (!isThere)
    throw new NotFound(
      `There is no folder ${name} in the inbox of models (MODEL_INBOX): copy it there first.`,
      'folder',
    );
  return registerDetector(context, folder, {}, asker);
}

/**
 * The same for a model that a client sent. Clients' versions of the operator's own detectors are not taken: everyone's
 * runs that name no version would be theirs.
 *
 * @throws as `registerDetector`
 */
export function registerUploadedDetector(
  context: RegistrationContext & { registry: Pick<DetectorRegistry, 'list'> },
  folder: string,
  asker: Asker = {},
): Promise<Registration> {
  const keptNames = context.registry.list().map(({ name }) => name);
  return registerDetector({ ...context, keptNames }, folder, {}, asker);
}

/** @throws BadUserInput with the fault of the model */
async function tryOut(
  model: ModelFolder,
  { sliceTimeoutMs = TRIAL_TIMEOUT_MS, ...limits }: TrialLimits,
): Promise<void> {
  const host = new InferenceHost({
    executionProviders: ['cpu'],
    threads: 1,
    batchSize: TRIAL_BATCH,
    sliceTimeoutMs,
    ...limits,
  });
  try {
    // Its limits are the model's own; a process that died may have been killed by another program.
    await askTwice(() => host.tryOut(model), InferenceProcessDied);
  } catch (thrown) {
    const reason = messageOf(thrown);
    const field = /^(onnx|input|output)(\.\w+)+(?=:)/.exec(reason)?.[0];
    throw new BadUserInput(field ? reason : `The model failed its trial. ${reason}`, field ?? 'model.onnx', {
      cause: thrown,
    });
  } finally {
    host.stop('The trial is over.');
  }
}

/** The row of the same model; `stored`: with its file */
interface Known {
  id: number;
  stored: boolean;
}

/** @throws Conflict if another model has this name and version */
async function findKnown(queryable: Pick<Transaction, 'query'>, manifest: DetectorManifest): Promise<Known | null> {
  const { name, version, onnx } = manifest;
  const rows = await queryable.query<Known & { sha256: string | null; sameManifest: boolean }>({
    text: `SELECT id, model_sha256 AS sha256, manifest = $3::jsonb AS "sameManifest", stored_bytes IS NOT NULL AS stored
           FROM detector WHERE name = $1 AND version = $2 ORDER BY stored_bytes IS NOT NULL DESC, registered_at DESC`,
    values: [name, version, JSON.stringify(manifest)],
  });
  const other = rows.find(({ sha256 }) => sha256 !== onnx.sha256);
  if (other?.sha256 === null)
    throw new Conflict(`${name}@${version} is an external detector: give this one its own version.`, 'version');
  if (other)
    throw new Conflict(
      `${name}@${version} is known with another model file (sha256 ${other.sha256}): give this one its own version.`,
      'version',
    );
  const [same] = rows;
  if (same && !same.sameManifest)
    throw new Conflict(
      `${name}@${version} is known with another model.json: give this one its own version.`,
      'version',
    );
  return same ?? null;
}

/**
 * Two who register the same name and version at once, on whatever machines, do it one after the other. The trigger
 * `detector_name` takes the same lock.
 */
export async function lockName(
  transaction: Transaction,
  { name, version }: Pick<DetectorRow, 'name' | 'version'>,
): Promise<void> {
  await transaction.query({
    text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    values: [`detector ${name}@${version}`],
  });
}

async function store(transaction: Transaction, { manifest, onnxPath }: ModelFolder): Promise<number> {
  const { name, version, architecture, onnx } = manifest;
  await lockName(transaction, manifest);
  await findKnown(transaction, manifest);
  const bytes = await storeModelFile(transaction, onnx.sha256, onnxPath);
  const key = { name, version, modelSha256: onnx.sha256 };
  const { id } = await transaction.prisma.detector.upsert({
    where: { name_version_modelSha256: key },
    create: { ...key, architecture, manifest: toJson(manifest), storedBytes: bytes, source: 'REGISTERED' },
    update: { storedBytes: bytes, source: 'REGISTERED' },
    select: { id: true },
  });
  return id;
}

async function readRow(database: Database, id: number): Promise<DetectorRow> {
  const [row] = await findDetectors(database, [id]);
  if (!row) throw new Error(`the detector ${id} is gone`);
  return row;
}
