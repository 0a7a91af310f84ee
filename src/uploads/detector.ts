import type { Config } from '../config';
import type { Database } from '../database';
import { BadUserInput, RateLimited } from '../errors';
import { ImageFailure } from '../failureKind';
import { askInTurn, type DetectionOutcome, InferenceHost, type ModelFolder, noteChanges } from '../inference';
import type { Logger } from '../log';
import { type DetectorRegistry, type DetectorRequest, readSelection, readyDetector } from '../models';
import {
  findFailure,
  findPendingSlices,
  findUnfinishedDetections,
  findUploadDetection,
  finishDetection,
  insertDetection,
  markRunning,
  noteExecution,
  recordSlice,
  type SliceTimes,
  type UploadDetectionRow,
} from './detectionRows';
import { PIXEL_CONVENTION } from './pixelConvention';
import { findImageUpload, type ImageUploadRow } from './uploadRows';
import { sliceFileName } from './writtenSlice';

/** What a client requests. */
export interface DetectInUploadRequest extends DetectorRequest {
  upload: string;
  /** omitted: the only slice, or all of a series */
  sliceIndex?: number | null;
}

/** What the detector of uploads works with. */
export interface UploadDetectorOptions {
  database: Database;
  registry: DetectorRegistry;
  executionProviders: Config['executionProviders'];
  /** of each inference process; all cores by default */
  inferenceThreads?: number;
  codeVersion: string;
  log: Logger;
  /** folder of the slices of an upload; null if they are not on this server */
  imageRootOf(uploadId: string): string | null;
}

/** Single slices that are processed or wait; a model takes 0.1 to 1 s, so that the last of them waits for seconds. */
const MAX_SINGLE = 8;
/** Series that are processed or wait. */
const MAX_SERIES = 16;
/** Of both, one client has this share at most, so that others find a place. */
const SHARE_OF_CLIENT = 0.5;
const SINGLE_RETRY_SECONDS = 5;
const SERIES_RETRY_SECONDS = 120;

/** One queue of work: one inference process, which gets one request at a time. */
interface Line {
  host: InferenceHost;
  /** places, of all clients */
  places: number;
  waiting: Waiting;
  last: Promise<void>;
}

/**
 * Work in progress and waiting, of all clients and of each. The unfinished work of an earlier server belongs to no
 * client.
 */
class Waiting {
  private readonly clients = new Map<string | null, number>();

  get count(): number {
    return [...this.clients.values()].reduce((sum, own) => sum + own, 0);
  }

  of(client: string | null): number {
    return this.clients.get(client) ?? 0;
  }

  /** @returns what takes it off again */
  add(client: string | null): () => void {
    this.set(client, this.of(client) + 1);
    return () => this.set(client, this.of(client) - 1);
  }

  private set(client: string | null, own: number): void {
    if (own > 0) this.clients.set(client, own);
    else this.clients.delete(client);
  }
}

/**
 * Detects in uploads, independently of the queue of the data sets' runs: one inference process handles single slices
 * within their request, another one series, so that no single slice waits behind a series or a run over a data set.
 * Both start when they are needed.
 */
export class UploadDetector {
  private readonly single: Line;
  private readonly series: Line;
  private stopped = false;

  constructor(private readonly options: UploadDetectorOptions) {
    const { executionProviders, inferenceThreads: threads } = options;
    // Each slice is waited for before the next one is requested.
    const line = (places: number): Line => ({
      host: new InferenceHost({ executionProviders, threads, batchSize: 1 }),
      places,
      waiting: new Waiting(),
      last: Promise.resolve(),
    });
    this.single = line(MAX_SINGLE);
    this.series = line(MAX_SERIES);
  }

  /**
   * Detects in one slice, and returns when that is finished; or accepts a whole series, and returns at once.
   *
   * @param client who asks; each has places of its own
   * @returns the detection; its status says whether it succeeded
   * @throws NotFound for an unknown or expired upload and an unknown detector, Conflict
   * @throws BadUserInput if the upload is a model, or for a setting that does not fit
   * @throws RateLimited if too many wait already, of this client or of all
   */
  async detect(request: DetectInUploadRequest, client: string): Promise<UploadDetectionRow> {
    const { database, registry, codeVersion } = this.options;
    const upload = await findImageUpload(database, request.upload);
    const detector = await readyDetector(registry, request);
    const selection = readSelection(request, detector.manifest.defaults);
    const sliceIndices = chooseSlices(upload, request.sliceIndex);
    const isSingle = sliceIndices.length === 1;
    const line = isSingle ? this.single : this.series;
    const isFull = line.waiting.count >= line.places;
    if (isFull || line.waiting.of(client) >= SHARE_OF_CLIENT * line.places) throw tooMany(isSingle, isFull);
    // Taken before the first wait, so that requests that come together are counted together.
    const leave = line.waiting.add(client);
    let work: Promise<void>;
    let id: string;
    try {
      id = await insertDetection(database, { uploadId: upload.id, detector, selection, sliceIndices, codeVersion });
      work = this.enqueue(line, id, leave);
    } catch (thrown) {
      leave();
      throw thrown;
    }
    if (isSingle) await work;
    return findUploadDetection(database, id);
  }

  /** Takes up what the server had not finished when it ended. */
  async resume(): Promise<void> {
    for (const { id, uploadId } of await findUnfinishedDetections(this.options.database)) {
      if (this.options.imageRootOf(uploadId) === null) continue;
      void this.enqueue(this.series, id, this.series.waiting.add(null));
    }
  }

  /** Ends the work in progress; what is unfinished is taken up by `resume` of a later start. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.single.host.stop('The server stops.');
    this.series.host.stop('The server stops.');
    await Promise.all([this.single.last, this.series.last]);
  }

  /** @returns when the detection has ended, well or badly; never throws */
  private enqueue(line: Line, id: string, leave: () => void): Promise<void> {
    const queued = performance.now();
    line.last = line.last.then(async () => {
      try {
        if (!this.stopped) await this.work(line.host, id, queued);
      } catch (thrown) {
        this.options.log.error({ failure: thrown }, 'a detection in an upload failed');
        await finishDetection(this.options.database, id, 'The server could not do it.').catch(() => undefined);
      } finally {
        leave();
      }
    });
    return line.last;
  }

  private async work(host: InferenceHost, id: string, queued: number): Promise<void> {
    const { database, registry } = this.options;
    const detection = await findUploadDetection(database, id);
    const upload = await findImageUpload(database, detection.uploadId);
    const imageRoot = this.options.imageRootOf(upload.id);
    const pending = await findPendingSlices(database, id);
    let since = queued;
    let folder: ModelFolder | undefined;
    const note = noteChanges(async (opened) => {
      await markRunning(database, id);
      await noteExecution(database, id, opened);
    });
    const end = await askInTurn<DetectionOutcome & { times: SliceTimes }>({
      count: pending.length,
      ask: async (place, isAlone) => {
        if (imageRoot === null) throw new ImageFailure('The pixels are gone.', 'NO_PIXEL_FILE');
        folder ??= await locateDetector(registry, detection.detectorId);
        // What opens the model belongs to it: the process may die over either.
        const ready = await host.open(folder);
        await note(ready);
        const loadMs = performance.now() - since;
        const [target, ...upcoming] = pending
          .slice(place, place + 1 + (isAlone ? 0 : ready.upcoming))
          .map((index) => ({ ...targetOf(upload, index), imageRoot }));
        const answer = await host.detect(folder, target!, detection, upcoming);
        return { ...answer, times: { ...answer.times, loadMs } };
      },
      note,
      record: (place, outcome) => {
        since = performance.now();
        return recordSlice(database, id, pending[place]!, outcome);
      },
    });
    // The server stops, or the upload has expired and took its detections with it.
    if (end.kind === 'stopped') return;
    const failure =
      end.kind === 'lost'
        ? `The inference process died on ${end.losses} slices in a row: ${end.failure.message}`
        : await findFailure(database, id);
    await finishDetection(database, id, failure);
  }
}

/** @throws Error with the reason when the detector cannot be used */
async function locateDetector(registry: DetectorRegistry, id: number): Promise<ModelFolder> {
  const detector = await registry.findById(id);
  if (!detector?.ready) throw new Error(detector?.reason ?? 'The detector is gone.');
  return registry.locate(detector);
}

function targetOf(upload: ImageUploadRow, sliceIndex: number) {
  return {
    fileName: sliceFileName(sliceIndex),
    sliceIndex,
    sliceIntervalMm: upload.sliceIntervalMm,
    width: upload.width,
    height: upload.height,
    pixelConvention: PIXEL_CONVENTION,
    // The server wrote the file itself, into its own folder.
    pixelSha256: null,
  };
}

function chooseSlices({ sliceIndices }: ImageUploadRow, sliceIndex: number | null | undefined): readonly number[] {
  if (sliceIndex == null) return sliceIndices;
  if (sliceIndices.includes(sliceIndex)) return [sliceIndex];
  throw new BadUserInput(
    `Expected sliceIndex to be one of the upload's slices (${sliceIndices[0]} … ${sliceIndices.at(-1)}), got ` +
      `${sliceIndex}.`,
    'sliceIndex',
  );
}

/** @param isFull of all clients; otherwise of this one */
function tooMany(isSingle: boolean, isFull: boolean): RateLimited {
  const of = (places: number, what: string): string =>
    isFull ? `${places} ${what}` : `${SHARE_OF_CLIENT * places} of your ${what}`;
  return new RateLimited(
    isSingle
      ? `${of(MAX_SINGLE, 'slices')} wait for a detector already: ask again in some seconds.`
      : `${of(MAX_SERIES, 'series')} wait for a detector already: ask again in some minutes, or for one slice by ` +
          'sliceIndex.',
    isSingle ? SINGLE_RETRY_SECONDS : SERIES_RETRY_SECONDS,
    'upload',
  );
}
