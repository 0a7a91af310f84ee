import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditTrail, SignedUrls } from '../../src/access';
import { createHttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import type { Services } from '../../src/services';
import { Uploads, type UploadsOptions } from '../../src/uploads';
import { createBedDatabase } from '../bedDatabase';
import { testSchema } from '../graphql/testGraph';
import { copyTinyModels, type TinyModels } from '../inference/tinyModels';
import { QUICK_SERVER } from '../testClock';
import { createTestDatabase } from '../testDatabase';

/** A real server with the tiny detectors, a database and a data folder of its own. */
export type UploadBed = Awaited<ReturnType<typeof startUploadBed>>;

export const DETECT = `mutation ($input: DetectInImageInput!) { detectInImage(input: $input) { detection {
  id status executionProvider error progress { completed failed total }
  slices { sliceIndex state error failureKind overlayUrl timing { loadMs decodeMs prepareMs networkMs postprocessMs }
    detections { rank score classIndex classLabel boundingBox { x1 y1 x2 y2 } } } } } }`;

export const REGISTER = `mutation ($input: RegisterDetectorInput!) { registerDetector(input: $input) {
  alreadyRegistered detector { id name version ready notReadyReason } } }`;

export async function startUploadBed(
  options: Partial<UploadsOptions['config']> &
    Pick<UploadsOptions, 'bounds'> & { log?: Services['log']; detectors?: boolean; set?: TinyModels } = {},
) {
  const { bounds, log = createLogger('silent'), detectors = true, set = 'accepted', ...settings } = options;
  const test = detectors ? await createBedDatabase() : await createTestDatabase();
  const models = copyTinyModels(set);
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-uploads-'));
  const config = {
    host: '127.0.0.1',
    port: 0,
    dataDir,
    modelsDir: detectors ? models.folder : dataDir,
    modelInbox: join(dataDir, 'inbox'),
    maxQueuedImages: 1_000,
    maxQueuedRunsPerClient: 10,
    webhookHosts: [],
    executionProviders: ['cpu'] as const,
    maxUploadBytes: 256 * 2 ** 20,
    maxModelBytes: 64 * 2 ** 20,
    uploadTtlHours: 24,
    ...settings,
  };
  const { database } = test;
  const registry = await createRegistry({ database, config, log });
  const newUploads = () =>
    new Uploads({
      config: { ...config, executionProviders: ['cpu'] },
      database,
      registry,
      codeVersion: 'test',
      log,
      bounds,
    });
  const services = {
    database,
    registry,
    audit: new AuditTrail(database, log),
    urls: new SignedUrls('a secret of thirty-two characters'),
    log,
    config,
    codeVersion: 'test',
    uploads: newUploads(),
  } as unknown as Services;
  await services.uploads.start();
  const http = createHttpServer(services, testSchema, QUICK_SERVER);
  const url = await http.listen();
  return {
    url,
    test,
    services,
    dataDir,
    /** what lies in the folder of the uploads */
    stored: () => readdirSync(join(dataDir, 'uploads')),
    async put(
      body: Uint8Array,
      { query = '', type, headers = {} }: { query?: string; type?: string; headers?: Record<string, string> } = {},
    ) {
      const response = await fetch(`${url}/uploads${query}`, {
        method: 'PUT',
        body,
        headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
      });
      return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
    },
    get: (path: string) => fetch(path.startsWith('http') ? path : url + path),
    async graph(query: string, variables?: Record<string, unknown>) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return JSON.parse(await response.text());
    },
    /** Ends the uploads and starts them again, as a server that starts again does. */
    async restartUploads() {
      await services.uploads.stop();
      services.uploads = newUploads();
      await services.uploads.start();
    },
    async stop() {
      await http.stop();
      await services.uploads.stop();
      await test.drop();
      models.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
