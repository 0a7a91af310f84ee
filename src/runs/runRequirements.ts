/** What a run requires of the machine that processes it: the model's files and the image folder. */
import type { Queryable } from '../database';
import { holdsSomething, IMAGES_MISSING, whyBucketUnreadable } from '../dataset';
import { messageOf, Unavailable, UserError } from '../errors';
import { checkModelFile, type ModelFolder } from '../inference';
import { type DetectorRegistry, EXTERNAL_REASON } from '../models';
import { isBucketRoot } from '../objects';
import type { Refusal } from './refusals';
import { type DetectionRunRow, hasModel } from './runRows';

/**
 * Checks whether this machine has the model and the images of a run. A single missing file in an existing folder is a
 * fault of only its image, and is not reported here.
 *
 * @returns the model, or what is lacking; a fault of the database or the disk is neither and is thrown
 */
export async function findMeans(
  { database, registry }: { database: Queryable; registry: DetectorRegistry },
  run: DetectionRunRow,
): Promise<ModelFolder | Refusal> {
  const folder = await locateModel(registry, run);
  if (typeof folder === 'string') return refusalOf(database, run, 'detector', folder);
  const root = await findImageRoot(database, run.datasetId);
  const reason = root === null ? null : await whyImagesMissing(root);
  return reason === null ? folder : refusalOf(database, run, 'dataset', reason);
}

/** A store that does not answer is not missing on this machine: the work waits for it. */
async function whyImagesMissing(root: string): Promise<string | null> {
  if (!isBucketRoot(root)) return (await holdsSomething(root)) ? null : IMAGES_MISSING;
  return whyBucketUnreadable(root).catch((thrown) => {
    if (thrown instanceof Unavailable) return null;
    throw thrown;
  });
}

/** Checks why a model did not open. @returns null if its file is unchanged, so that the machine is not at fault */
export async function findFileRefusal(
  database: Queryable,
  run: DetectionRunRow,
  folder: ModelFolder,
): Promise<Refusal | null> {
  const reason = await checkModelFile(folder).then(() => null, messageOf);
  return reason === null ? null : refusalOf(database, run, 'detector', reason);
}

/** @returns the model, or why it cannot be used */
async function locateModel(registry: DetectorRegistry, run: DetectionRunRow): Promise<ModelFolder | string> {
  if (!hasModel(run)) return EXTERNAL_REASON;
  const detector = await registry.findById(run.detectorId);
  if (!detector?.ready)
    return detector?.reason ?? "the detector's model folder is not on this machine, or holds another file.";
  if (detector.modelSha256 !== run.modelSha256)
    return 'the detector has another model file than when the run was asked for.';
  return registry.locate(detector).catch((thrown) => {
    if (thrown instanceof UserError) return thrown.message;
    throw thrown;
  });
}

async function findImageRoot(database: Queryable, datasetId: number): Promise<string | null> {
  const row = await database.prisma.dataset.findFirst({ where: { id: datasetId }, select: { imageRoot: true } });
  return row?.imageRoot ?? null;
}

async function refusalOf(
  database: Queryable,
  run: DetectionRunRow,
  kind: Refusal['kind'],
  reason: string,
): Promise<Refusal> {
  if (kind === 'detector') {
    const where = { id: run.detectorId };
    const row = await database.prisma.detector.findFirst({ where, select: { name: true, version: true } });
    return { kind, id: run.detectorId, name: row ? `${row.name}@${row.version}` : '', reason };
  }
  const where = { id: run.datasetId };
  const row = await database.prisma.dataset.findFirst({ where, select: { slug: true, version: true } });
  return { kind, id: run.datasetId, name: row ? `${row.slug}@${row.version}` : '', reason };
}
