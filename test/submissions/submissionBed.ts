import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { keyOf } from '../../src/globalId';
import { createLogger } from '../../src/log';
import { findRun, findRunsByKey, isTerminal } from '../../src/runs';
import { Uploads } from '../../src/uploads';
import { startBedServer } from '../http/bedServer';
import { createRunBed, keyOfImage, type RunBed } from '../runs/runBed';

/** A run bed with a server that takes files of detections, and a worker that reads them. */
export type SubmissionBed = Awaited<ReturnType<typeof startSubmissionBed>>;

export const SUBMIT = `mutation ($input: SubmitDetectionsInput!) { submitDetections(input: $input) { run { id status origin } } }`;
export const VALIDATE = `query ($input: SubmitDetectionsInput!) { validateSubmission(input: $input) {
  isValid problemCount problems { line kind message } suspicions { kind message correction } boxCount clippedCount imageCount imagesWithBoxes
  coverage { split images declared withBoxes } scoreRange { least most } scoreHistogram ignoredFields boxConvention pixelConvention
  examples { image { fileName } boxes { score boundingBox { x1 y1 x2 y2 } } } } }`;

export const DETECTOR = { name: 'elsewhere', version: '1.0.0' };

interface Answer {
  data: Record<string, never>;
  errors?: { message: string; extensions: { code: string; argument?: string } }[];
}

/** @param images each has a lesion at x, y 2..10 in 1-based pixels of a 16 × 16 image */
export async function startSubmissionBed(images: number) {
  const bed: RunBed = await createRunBed(images);
  const { database, registry, dataDir } = bed;
  const config = {
    ...{
      dataDir,
      maxUploadBytes: 64 * 2 ** 20,
      maxModelBytes: 2 ** 20,
      uploadTtlHours: 1,
      executionProviders: ['cpu' as const],
    },
    ...{ maxQueuedImages: 1_000_000, maxQueuedRunsPerClient: 1_000, webhookHosts: [] },
  };
  const uploads = new Uploads({ config, database, registry, codeVersion: 'test', log: createLogger('silent') });
  await uploads.start();
  const server = await startBedServer(bed, { uploads, config: config as never });
  const ask = (query: string, variables?: object): Promise<Answer> => server.ask(query, variables);
  return {
    ...{ bed, database, uploads, ask, url: server.url },
    startWorker: () => bed.startWorker({ uploads }),
    /** @returns id of the upload */
    async put(content: string | Buffer): Promise<string> {
      const response = await fetch(`${server.url}/uploads`, { method: 'PUT', body: Buffer.from(content) });
      const body = (await response.json()) as { id: string; kind: string };
      if (response.status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
    /** @returns the run when it has ended */
    async ended(id: string) {
      const [{ id: row } = { id: 0 }] = await findRunsByKey(database, [keyOf(id, 'DetectionRun', 'id')]);
      while (!isTerminal((await findRun(database, row)).status)) await sleep(20);
      return findRun(database, row);
    },
    async stop() {
      await server.http.stop();
      await uploads.stop();
      await bed.drop();
    },
  };
}

/** A box as COCO results have it: 0-based, x, y, width, height. */
export interface CocoResult {
  image_id: number | string;
  category_id: number;
  bbox: number[];
  score: number;
}

/** The lesion of the image with this place among the images, found exactly. */
export const lesionOf = (place: number, score = 0.9): CocoResult => ({
  ...{ image_id: place + 1, category_id: 0, bbox: [1.5, 1.5, 8, 8], score },
});

export const fileNameOf = (place: number): string => keyOfImage(place).fileName;
export const packed = (text: string): Buffer => gzipSync(text);

/** The input of a submission of COCO results of the test split. */
export const cocoInput = (uploadId: string, rest: object = {}) => ({
  ...{ dataset: 'small', uploadId, format: 'COCO_RESULTS', detector: DETECTOR, images: { split: ['TEST'] } },
  ...rest,
});
