import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Config } from '../config';
import type { Database, KeepAnswer } from '../database';
import { BadUserInput, messageOf, NotFound } from '../errors';
import type { JobOutlook } from '../job';
import { createLimiter } from '../limiter';
import type { Logger } from '../log';
import type { DetectorRegistry } from '../models';
import type { UploadDetectionRow } from './detectionRows';
import { type DetectInUploadRequest, UploadDetector } from './detector';
import { MAX_READ_AT_ONCE, MAX_SLICE_BYTES, PIXEL_SPACING_MM, SLICE_INTERVAL_MM } from './limits';
import { type ReadBounds, readInProcess } from './readInProcess';
import type { ReadContent } from './readRequest';
import { type BodyClaim, receiveBody } from './receive';
import { isDiskFull, NoRoom, type RoomBounds, UploadRoom } from './room';
import { INCOMING, uploadsFolder } from './uploadFolders';
import { UploadPlaces } from './uploadPlaces';
import {
  deleteExpiredUploads,
  deleteUpload,
  findLivingUploads,
  findUpload,
  insertUpload,
  type UploadRow,
} from './uploadRows';
import { SERIES_FOLDER } from './writtenSlice';

/** The caller's claims about pixels without metadata. */
export interface PixelClaim {
  /** side of a pixel; mm */
  pixelSpacingMm: number | null;
  /** distance between neighbouring slices of a series; mm */
  sliceIntervalMm: number | null;
}

/** What uploads are kept with. */
export interface UploadsOptions {
  config: Pick<Config, 'dataDir' | 'maxUploadBytes' | 'maxModelBytes' | 'uploadTtlHours' | 'executionProviders'> &
    Partial<
      Pick<Config, 'inferenceThreads' | 'maxUploadsPerClient' | 'maxUploadedBytesPerClient' | 'maxUploadedBytes'>
    >;
  database: Database;
  registry: DetectorRegistry;
  codeVersion: string;
  log: Logger;
  /** bounds of receiving and reading one; others in tests */
  bounds?: ReadBounds & RoomBounds & { paceMs?: number };
}

/** What is known of a body when it has been received, and read unless it is a file of detections. */
type Received = ReadContent | { kind: 'DETECTIONS' };

const SWEEP_MS = 60_000;
const BODY = 'body';
/** Of the two files of a model, below its upload's own. */
const MODEL_FOLDER = 'model';
/** File of detections below its upload's own folder. */
const DETECTIONS_FILE = 'detections';

/** What a model and a file of detections have instead of numbers. */
const WITHOUT_SLICES = {
  sliceIndices: [],
  width: null,
  height: null,
  pixelSpacingMm: null,
  sliceIntervalMm: null,
  windows: [],
  removedTags: [],
  warnings: [],
};

/**
 * The images, series and models that callers bring: received, read in a separate process, kept under an id that no one
 * can guess until they expire. An upload has rows and its own folder and is not a data set: no list, no statistic and
 * no evaluation ever contains it.
 */
export class Uploads {
  private readonly folder: string;
  private readonly detector: UploadDetector;
  private readonly places = new UploadPlaces();
  private readonly room: UploadRoom;
  private readonly reading = createLimiter(MAX_READ_AT_ONCE);
  /** one after another, so that none comes between the check of the capacity and the row that uses it */
  private readonly keeping = createLimiter(1);
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly options: UploadsOptions) {
    const { config, database, registry, codeVersion, log } = options;
    this.folder = uploadsFolder(config.dataDir);
    this.room = new UploadRoom(database, this.folder, { ...config, ...options.bounds });
    this.detector = new UploadDetector({
      database,
      registry,
      codeVersion,
      log,
      executionProviders: config.executionProviders,
      inferenceThreads: config.inferenceThreads,
      imageRootOf: (id) => (existsSync(this.imageRoot(id)) ? this.imageRoot(id) : null),
    });
  }

  /** Cleans up after an earlier server, continues its unfinished work, and deletes expired uploads from now on. */
  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const names = await readdir(this.folder);
    // Only one server uses a data folder, so an upload that is still RECEIVING at the start was abandoned.
    for (const name of names.filter((one) => one.startsWith(INCOMING))) await this.remove(name);
    await this.sweep();
    await this.detector.resume();
    this.timer = setInterval(() => {
      this.sweeping = this.sweep().catch((thrown) => {
        this.options.log.warn({ reason: messageOf(thrown) }, 'expired uploads could not be swept');
      });
    }, SWEEP_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
    await this.detector.stop();
  }

  /**
   * Receives an upload: to disk, through the reader, into the database. If any step fails, nothing of it remains.
   *
   * @param client who sends it; each has places and room of its own
   * @param gone aborts when the client has gone away
   * @throws UploadRefused naming the reason
   * @throws BadUserInput for an invalid length
   * @throws RateLimited if too many come at once, or the client has too many
   * @throws NoRoom if the disk has no room for it
   */
  async accept(body: Readable, claim: BodyClaim & PixelClaim, client: string, gone: AbortSignal): Promise<UploadRow> {
    checkMillimetres('pixelSpacingMm', claim.pixelSpacingMm, PIXEL_SPACING_MM);
    checkMillimetres('sliceIntervalMm', claim.sliceIntervalMm, SLICE_INTERVAL_MM);
    const leave = this.places.take(client, claim.bytes ?? MAX_SLICE_BYTES);
    const id = randomBytes(16).toString('base64url');
    try {
      await this.room.check(client, this.places.of(client), this.places.bytes);
      const content = await this.room.watch(gone, (signal) => this.receive(id, body, claim, signal));
      return await this.keeping(() => this.keep(id, content, client));
    } catch (thrown) {
      await this.remove(id);
      throw isDiskFull(thrown) ? new NoRoom({ cause: thrown }) : thrown;
    } finally {
      await this.remove(INCOMING + id);
      leave();
    }
  }

  /**
   * The same for a file of this machine.
   *
   * @throws as `accept`
   */
  async acceptFile(path: string, client: string, gone: AbortSignal): Promise<UploadRow> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const { size } = await stat(path);
    const claim = { bytes: size, pixelSpacingMm: null, sliceIntervalMm: null };
    return this.accept(createReadStream(path), claim, client, gone);
  }

  /** As `UploadDetector.detect`. */
  detect(request: DetectInUploadRequest, client: string, keep?: KeepAnswer): Promise<UploadDetectionRow> {
    return this.detector.detect(request, client, keep);
  }

  /** As `UploadDetector.afterWork`. */
  afterWork(detectionId: string): Promise<UploadDetectionRow> {
    return this.detector.afterWork(detectionId);
  }

  /** As `UploadDetector.cancel`. */
  cancelDetection(id: string): Promise<UploadDetectionRow> {
    return this.detector.cancel(id);
  }

  /** As `UploadDetector.outlookOf`. */
  outlookOf(detectionId: string): JobOutlook | null {
    return this.detector.outlookOf(detectionId);
  }

  /** Deletes an upload before its time. @throws NotFound */
  async delete(id: string): Promise<void> {
    const upload = await findUpload(this.options.database, id);
    await deleteUpload(this.options.database, upload.id);
    await this.remove(upload.id);
  }

  /** Folder in which the slices of an upload lie in a data set's layout. */
  imageRoot(uploadId: string): string {
    return join(this.folder, uploadId);
  }

  /**
   * Folder of model.json and model.onnx of an upload, and of nothing else; it is gone when the upload expires.
   *
   * @throws NotFound for an unknown or expired upload, and if its files are not on this server
   * @throws BadUserInput if the upload is an image or series
   */
  async modelFolder(uploadId: string): Promise<string> {
    const { kind } = await findUpload(this.options.database, uploadId, 'uploadId');
    if (kind !== 'MODEL')
      throw new BadUserInput(
        `Expected the upload of a MODEL, a zip of model.json and model.onnx, this one is ${kind}: detectInImage ` +
          'detects in it.',
        'uploadId',
      );
    const folder = join(this.folder, uploadId, MODEL_FOLDER);
    if (existsSync(folder)) return folder;
    throw new NotFound('The files of the upload are not on this server: send them again by PUT /uploads.', 'uploadId');
  }

  /**
   * File of detections of an upload; it is gone when the upload expires.
   *
   * @returns its path, or null if it is not on this machine, although the upload has not expired
   * @throws NotFound for an unknown or expired upload
   * @throws BadUserInput if the upload is something else
   */
  async detectionsFile(uploadId: string): Promise<string | null> {
    const { kind } = await findUpload(this.options.database, uploadId, 'uploadId');
    if (kind !== 'DETECTIONS')
      throw new BadUserInput(
        `Expected the upload of DETECTIONS (COCO results, CSV, NDJSON or Parquet), this one is ${kind}.`,
        'uploadId',
      );
    const path = join(this.folder, uploadId, DETECTIONS_FILE);
    return existsSync(path) ? path : null;
  }

  /** Gives a folder for the time of some work; one that is left by a killed process goes with the next start. */
  async withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const name = `${INCOMING}${randomBytes(16).toString('base64url')}`;
    const folder = join(this.folder, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      return await work(folder);
    } finally {
      await this.remove(name);
    }
  }

  /** Deletes the rows that have expired, and the folders that have no row. */
  async sweep(): Promise<void> {
    const { database } = this.options;
    await deleteExpiredUploads(database);
    // Rows come before their folders, so that a folder that is seen here has its row already or never.
    const folders = (await readdir(this.folder)).filter((name) => !name.startsWith(INCOMING));
    const living = await findLivingUploads(database, folders);
    for (const name of folders) if (!living.has(name)) await this.remove(name);
  }

  private async receive(
    id: string,
    body: Readable,
    claim: BodyClaim & PixelClaim,
    signal: AbortSignal,
  ): Promise<Received> {
    const { config, bounds } = this.options;
    const folder = join(this.folder, INCOMING + id);
    const outputFolder = join(folder, SERIES_FOLDER);
    const bodyPath = join(folder, BODY);
    await mkdir(outputFolder, { recursive: true, mode: 0o700 });
    const type = await receiveBody(body, bodyPath, claim, config.maxUploadBytes, signal, bounds?.paceMs);
    if (type === 'DETECTIONS') {
      await rename(bodyPath, join(folder, DETECTIONS_FILE));
      return { kind: type };
    }
    const { pixelSpacingMm, sliceIntervalMm } = claim;
    const modelFolder = join(folder, MODEL_FOLDER);
    const { maxModelBytes } = config;
    const request = { bodyPath, type, outputFolder, modelFolder, maxModelBytes, pixelSpacingMm, sliceIntervalMm };
    const content = await this.reading(() => readInProcess(request, signal, bounds));
    await rm(bodyPath);
    return content;
  }

  private async keep(id: string, content: Received, client: string): Promise<UploadRow> {
    const { database, config } = this.options;
    const incoming = join(this.folder, INCOMING + id);
    const storedBytes = await bytesIn(join(incoming, partOf(content)));
    await this.room.check(client, { count: 1, bytes: storedBytes }, 0);
    const described = 'sliceIndices' in content ? content : { ...WITHOUT_SLICES, ...content };
    const upload = await insertUpload(database, { id, ...described, storedBytes }, client, config.uploadTtlHours);
    try {
      await rename(incoming, this.imageRoot(id));
    } catch (thrown) {
      await deleteUpload(database, id);
      throw thrown;
    }
    return upload;
  }

  private remove(name: string): Promise<void> {
    return rm(join(this.folder, name), { recursive: true, force: true });
  }
}

/** @returns the file or folder below an upload's own that holds all of it */
function partOf({ kind }: Received): string {
  if (kind === 'MODEL') return MODEL_FOLDER;
  return kind === 'DETECTIONS' ? DETECTIONS_FILE : SERIES_FOLDER;
}

async function bytesIn(path: string): Promise<number> {
  const found = await stat(path);
  if (found.isFile()) return found.size;
  let bytes = 0;
  for (const name of await readdir(path)) bytes += (await stat(join(path, name))).size;
  return bytes;
}

function checkMillimetres(argument: string, value: number | null, { least, most }: typeof PIXEL_SPACING_MM): void {
  if (value !== null && !(value >= least && value <= most))
    throw new BadUserInput(`Expected ${argument} to be ${least} to ${most} mm, got ${value}.`, argument);
}
