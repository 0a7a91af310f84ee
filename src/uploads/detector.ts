import type { Config } from '../config';
import type { Database, KeepAnswer } from '../database';
import { BadUserInput, RateLimited } from '../errors';
import { ImageFailure } from '../failureKind';
import { askInTurn, type DetectionOutcome, InferenceHost, type ModelFolder, noteChanges } from '../inference';
import { isTerminal, type JobOutlook } from '../job';
import type { Logger } from '../log';
import { type DetectorRegistry, type DetectorRequest, readSelection, readyDetector } from '../models';
import { DetectionLine } from './detectionLine';
import {
  cancelDetection,
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

/**
 * Detects in uploads, independently of the queue of the data sets' runs: one inference process handles single slices
 * within their request, another one series, so that no single slice waits behind a series or a run over a data set.
 * Both start when they are needed.
 */
export class UploadDetector {
  private readonly single: DetectionLine;
  private readonly series: DetectionLine;
  private stopped = false;

  constructor(private readonly options: UploadDetectorOptions) {
    const { executionProviders, inferenceThreads: threads } = options;
    // Each slice is waited for before the next one is asked for.
    const line = (places: number): DetectionLine =>
      new DetectionLine(new InferenceHost({ executionProviders, threads, batchSize: 1 }), places);
    this.single = line(MAX_SINGLE);
    this.series = line(MAX_SERIES);
  }

  /**
   * Detects in one slice, and returns when that is finished; or accepts a whole series, and returns at once.
   *
   * @param client who asks; each has places of its own
   * @param keep given the detection in its transaction
   * @returns the detection; its status says whether the detector could answer
   * @throws NotFound for an unknown or expired upload and an unknown detector, Conflict
   * @throws BadUserInput if the upload is a model, or for a setting that does not fit
   * @throws RateLimited if too many wait already, of this client or of all
   */
  async detect(request: DetectInUploadRequest, client: string, keep?: KeepAnswer): Promise<UploadDetectionRow> {
    const { database, registry, codeVersion } = this.options;
    const upload = await findImageUpload(database, request.upload);
    const detector = await readyDetector(registry, request);
    const selection = readSelection(request, detector.manifest.defaults);
    const sliceIndices = chooseSlices(upload, request.sliceIndex);
    const isSingle = sliceIndices.length === 1;
    const line = isSingle ? this.single : this.series;
    const isFull = line.count >= line.places;
    if (isFull || line.of(client) >= SHARE_OF_CLIENT * line.places) throw tooMany(isSingle, isFull);
    // Taken before the first wait, so that requests that come together are counted together.
    const leave = line.take(client);
    let work: Promise<void>;
    let id: string;
    try {
      const detection = { uploadId: upload.id, detector, selection, sliceIndices, codeVersion, client };
      id = await insertDetection(database, detection, keep);
      work = this.enqueue(line, id, sliceIndices.length, leave);
    } catch (thrown) {
      leave();
      throw thrown;
    }
    if (isSingle) await work;
    return findUploadDetection(database, id);
  }

  /**
   * @returns a detection that was asked for before, as `detect` would: in one slice, once it has finished
   * @throws NotFound
   */
  async afterWork(id: string): Promise<UploadDetectionRow> {
    await this.single.endOf(id);
    return findUploadDetection(this.options.database, id);
  }

  /**
   * Cancels a detection: a queued one at once, a running one within the slice that is being processed. One that has
   * finished stays as it is.
   *
   * @returns it as it is now
   * @throws NotFound
   */
  async cancel(id: string): Promise<UploadDetectionRow> {
    const { database } = this.options;
    await cancelDetection(database, id);
    const detection = await findUploadDetection(database, id);
    if (detection.status === 'CANCELLED') for (const line of [this.single, this.series]) line.cancel(id);
    return detection;
  }

  /** @returns the position of a detection in its queue; null if it has finished, or is not in a queue of this server */
  outlookOf(id: string): JobOutlook | null {
    return this.single.outlookOf(id) ?? this.series.outlookOf(id);
  }

  /** Takes up what the server had not finished when it ended. */
  async resume(): Promise<void> {
    for (const { id, uploadId } of await findUnfinishedDetections(this.options.database)) {
      if (this.options.imageRootOf(uploadId) === null) continue;
      const { length } = await findPendingSlices(this.options.database, id);
      void this.enqueue(this.series, id, length, this.series.take(null));
    }
  }

  /** Ends the work in progress; what is unfinished is taken up by `resume` of a later start. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all([this.single, this.series].map((line) => line.stop('The server stops.')));
  }

  /** @returns when the detection has finished in any status; never throws */
  private enqueue(line: DetectionLine, id: string, slices: number, leave: () => void): Promise<void> {
    const queued = performance.now();
    return line.put(id, slices, async () => {
      try {
        if (!this.stopped) await this.work(line, id, queued);
      } catch (thrown) {
        this.options.log.error({ failure: thrown }, 'a detection in an upload failed');
        await finishDetection(this.options.database, id, 'The server could not do it.').catch(() => undefined);
      } finally {
        leave();
      }
    });
  }

  private async work(line: DetectionLine, id: string, queued: number): Promise<void> {
    const { host } = line;
    const { database, registry } = this.options;
    const detection = await findUploadDetection(database, id);
    if (isTerminal(detection.status)) return;
    const upload = await findImageUpload(database, detection.uploadId);
    const imageRoot = this.options.imageRootOf(upload.id);
    const pending = await findPendingSlices(database, id);
    let since = queued;
    // Unlike `since`, without the wait in the queue: what a slice costs those behind it.
    let began = performance.now();
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
        const now = performance.now();
        line.sliceDone(now - began);
        began = now;
        since = now;
        return recordSlice(database, id, pending[place]!, outcome);
      },
    });
    // The server stops, the detection was cancelled, or the upload has expired and took its detections with it.
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
