import { type Queryable, SqlParameters } from '../database';
import { HeldPixels } from '../imaging';
import {
  askInTurn,
  type EncodedLesion,
  type EncodingTarget,
  InferenceStopped,
  noteChanges,
  TargetsHere,
} from '../inference';
import { type KnownEncoder } from '../models';
import type { CategorizationWorkContext, LeasedCategorization } from './categorizationContext';
import { type CategorizationJob, noteExecution, recordProgress } from './categorizationJob';
import { lesionsOfRequestSql } from './categorizationRequest';
import { insertFeatures } from './store';

/** The encoder could not be used, or so few lesions could be encoded that there is nothing to sort. */
export class EncoderFailed extends Error {}

/** A lesion without features, and what an encoder wants to know of it. */
interface WaitingLesion {
  id: number;
  imageId: number;
  fileName: string;
  imageRoot: string;
  pixelPath: string | null;
  followLinks: boolean;
  pixelConvention: EncodingTarget['pixelConvention'];
  pixelSpacingMm: number;
  width: number;
  height: number;
  pixelSha256: string | null;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  longDiameterMm: number;
  shortDiameterMm: number;
  x: number | null;
  y: number | null;
  z: number | null;
}

/** Lesions whose features are written together. */
const LESIONS_PER_WRITE = 64;
/** Reasons that are kept; the rest is counted. */
const MAX_REASONS = 20;
/** Where in the body a lesion lies whose place is not known, as in training/crops.py. */
const UNKNOWN_PLACE = 0.5;

/**
 * Computes and stores the features of those lesions of a request that have none. Progress is written as it goes.
 *
 * @returns which lesions were skipped and why, and how many were encoded from pixel files that differ from those of the
 *   import
 * @throws EncoderFailed if the encoder's process dies again and again, InferenceStopped if the features are not needed
 *   any more
 */
export async function encodeLesions(
  context: CategorizationWorkContext,
  lease: LeasedCategorization,
  job: CategorizationJob,
  encoder: KnownEncoder,
  unwanted: AbortSignal,
): Promise<string[]> {
  const waiting = await findWaiting(context.database, job);
  const { done, unfit } = await countOthers(context.database, job, waiting.length);
  const left = new LeftOut();
  if (unfit > 0) left.add(unfit, 'without pixel file, pixel spacing or diameters');
  const writer = new FeatureWriter(context, lease, job, encoder, done);
  const images = [...byImage(waiting)];
  let ofChangedPixels = 0;
  const options = { isUnwanted: () => unwanted.aborted, log: context.log };
  const pixels = new TargetsHere(new HeldPixels<EncodingTarget>(), options);
  const end = await askInTurn({
    count: images.length,
    ask: async (index) => context.host.encode(encoder, await pixels.take(targetOf(images[index]!))),
    note: noteChanges((opened) => noteExecution(context.database, job.id, opened)),
    async record(index, outcome) {
      const lesions = images[index]!;
      if ('error' in outcome) left.add(lesions.length, outcome.error);
      else {
        if (outcome.pixelsChanged) ofChangedPixels += lesions.length;
        await writer.add(lesions, outcome.features);
      }
      await pixels.release(lesions[0]!);
      return true;
    },
    isUnwanted: () => unwanted.aborted,
  }).finally(() => pixels.close());
  if (end.kind === 'stopped') throw new InferenceStopped('The categorization is not needed any more.');
  if (end.kind === 'lost')
    throw new EncoderFailed(`The inference process died on ${end.losses} images in a row: ${end.failure.message}`, {
      cause: end.failure,
    });
  await writer.flush();
  const changed = `${lesionsText(ofChangedPixels)} encoded from other pixel files than those that were imported`;
  return [...left.describe(), ...(ofChangedPixels > 0 ? [changed] : [])];
}

function findWaiting(database: Queryable, job: CategorizationJob): Promise<WaitingLesion[]> {
  const parameters = new SqlParameters();
  const where = lesionsOfRequestSql(job.datasetId, job.request.filter, parameters);
  const encoder = parameters.add(job.encoderId);
  return database.query({
    text: `SELECT lesion.id, image.id AS "imageId", image.file_name AS "fileName", dataset.image_root AS "imageRoot",
             image.pixel_path AS "pixelPath", dataset.follow_links AS "followLinks", image.pixel_sha256 AS "pixelSha256", image.width, image.height,
             dataset.pixel_convention AS "pixelConvention", image.pixel_spacing_mm AS "pixelSpacingMm", lesion.x1, lesion.y1, lesion.x2, lesion.y2,
             lesion.long_diameter_mm AS "longDiameterMm", lesion.short_diameter_mm AS "shortDiameterMm",
             lesion.normalized_x AS x, lesion.normalized_y AS y, lesion.normalized_z AS z
           FROM lesion JOIN bookmarked_image AS image ON image.id = lesion.image_id JOIN dataset ON dataset.id = image.dataset_id
           WHERE ${where} AND ${FIT} AND NOT EXISTS (
             SELECT FROM lesion_feature AS f WHERE f.encoder_id = ${encoder}::int4 AND f.lesion_id = lesion.id)
           ORDER BY image.id, lesion.id`,
    values: parameters.values,
  });
}

/** What an encoder cannot do without. */
const FIT = `image.has_pixels AND dataset.image_root IS NOT NULL AND image.pixel_spacing_mm > 0
  AND lesion.long_diameter_mm > 0 AND lesion.short_diameter_mm > 0`;

/** @returns how many lesions of the request have features, and how many never can */
async function countOthers(
  database: Queryable,
  job: CategorizationJob,
  waiting: number,
): Promise<{ done: number; unfit: number }> {
  const parameters = new SqlParameters();
  const where = lesionsOfRequestSql(job.datasetId, job.request.filter, parameters);
  const encoder = parameters.add(job.encoderId);
  const [row] = await database.query<{ done: number }>({
    text: `SELECT count(*)::int4 AS done FROM lesion WHERE ${where} AND EXISTS (
             SELECT FROM lesion_feature AS f WHERE f.encoder_id = ${encoder}::int4 AND f.lesion_id = lesion.id)`,
    values: parameters.values,
  });
  const done = row?.done ?? 0;
  return { done, unfit: Math.max(0, job.total - done - waiting) };
}

function* byImage(lesions: readonly WaitingLesion[]): Generator<WaitingLesion[]> {
  let group: WaitingLesion[] = [];
  for (const lesion of lesions) {
    if (group.length > 0 && group[0]?.imageId !== lesion.imageId) {
      yield group;
      group = [];
    }
    group.push(lesion);
  }
  if (group.length > 0) yield group;
}

function targetOf(lesions: readonly WaitingLesion[]): EncodingTarget {
  const [first] = lesions;
  if (!first) throw new RangeError('Expected at least one lesion.');
  const { imageRoot, fileName, pixelPath, followLinks, width, height, pixelSha256 } = first;
  const slice = { imageRoot, fileName, pixelPath, followLinks, width, height, pixelSha256 };
  const { pixelConvention, pixelSpacingMm } = first;
  return { ...slice, pixelConvention, pixelSpacingMm, lesions: lesions.map(describe) };
}

function describe({ x1, y1, x2, y2, longDiameterMm, shortDiameterMm, x, y, z }: WaitingLesion): EncodedLesion {
  return {
    x1,
    y1,
    x2,
    y2,
    scalars: {
      logLongDiameterMm: Math.log(longDiameterMm),
      logShortDiameterMm: Math.log(shortDiameterMm),
      locationX: x ?? UNKNOWN_PLACE,
      locationY: y ?? UNKNOWN_PLACE,
      locationZ: z ?? UNKNOWN_PLACE,
    },
  };
}

/** Gathers features and writes them with the progress, while the lease is held. */
class FeatureWriter {
  private lesionIds: number[] = [];
  private values: number[] = [];

  constructor(
    private readonly context: CategorizationWorkContext,
    private readonly lease: LeasedCategorization,
    private readonly job: CategorizationJob,
    private readonly encoder: KnownEncoder,
    private done: number,
  ) {}

  async add(lesions: readonly WaitingLesion[], features: Float32Array): Promise<void> {
    this.lesionIds.push(...lesions.map(({ id }) => id));
    this.values.push(...features);
    if (this.lesionIds.length >= LESIONS_PER_WRITE) await this.flush();
  }

  async flush(): Promise<void> {
    const { lesionIds, values, job } = this;
    const { dimension } = this.encoder.manifest.output.features;
    const vectors = { count: lesionIds.length, dimension, values: Float32Array.from(values) };
    this.done += lesionIds.length;
    this.lesionIds = [];
    this.values = [];
    await this.context.database.transaction(async (transaction) => {
      if (!(await this.lease.renew(transaction))) return;
      await insertFeatures(transaction, job.encoderId, lesionIds, vectors);
      await recordProgress(transaction, job.id, this.done);
    });
  }
}

/** Lesions that have no features, by reason. */
class LeftOut {
  private readonly reasons = new Map<string, number>();

  add(lesions: number, reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + lesions);
  }

  describe(): string[] {
    const all = [...this.reasons].map(([reason, count]) => `${lesionsText(count)} skipped: ${reason}`);
    if (all.length <= MAX_REASONS) return all;
    return [...all.slice(0, MAX_REASONS), `and for ${all.length - MAX_REASONS} more reasons`];
  }
}

const lesionsText = (count: number): string => `${count} lesion${count === 1 ? '' : 's'}`;
