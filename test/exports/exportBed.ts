import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importDlInfo } from '../../src/dataset';
import { createHttpServer, type HttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import type { Services } from '../../src/services';
import { realFile, SMALL_CSV } from '../dataset/importBed';
import { testSchema, testServices } from '../graphql/testGraph';
import { webhookSecret } from '../jobs/receiver';
import { QUICK_SERVER } from '../testClock';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

/** A server with a folder for exports of its own. */
export interface ExportServer {
  readonly url: string;
  readonly services: Services;
  /** the bytes as they are, without encodings on the way */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  stop(): Promise<void>;
}

/** A database with the small data set and, where it is there, the published validation split. */
export async function startExportBed(withReal = false): Promise<TestDatabase & { csv: string }> {
  const bed = await createTestDatabase();
  await importDlInfo({
    database: bed.database,
    csvPath: SMALL_CSV,
    slug: 'small',
    licence: 'CC BY 4.0 (https://a.example/by)',
  });
  if (withReal) await importDlInfo({ database: bed.database, csvPath: realFile('DL_info.val.csv'), slug: 'val' });
  return { ...bed, csv: SMALL_CSV };
}

export async function startExportServer(
  database: TestDatabase['database'],
  parts: Partial<Services> = {},
): Promise<ExportServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'exports-test-'));
  const config = {
    ...{ host: '127.0.0.1', port: 0, dataDir, maxExportCacheBytes: 2 ** 30 },
    ...{ webhookHosts: ['127.0.0.1'], webhookSecret },
  } as Services['config'];
  const log = createLogger('silent');
  const registry = await createRegistry({ database, config: { modelsDir: join(dataDir, 'models'), dataDir }, log });
  const services = testServices(database, { config, registry, ...parts });
  const http: HttpServer = createHttpServer(services, testSchema, QUICK_SERVER);
  const url = await http.listen();
  return {
    url,
    services,
    get: (path, headers = {}) => fetch(`${url}${path}`, { headers: { 'accept-encoding': 'identity', ...headers } }),
    async stop() {
      await http.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const linesOf = (text: string): string[] => text.split('\n').slice(0, -1);

/** @returns the body of a response that must be there */
export async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return text;
}

export async function rowsOf(response: Response): Promise<Record<string, unknown>[]> {
  return linesOf(await textOf(response)).map((line) => JSON.parse(line));
}

/** The Python whose packages read such files as people do: the environment of the client's tests where there is one. */
export const PYTHON = process.env.DEEPLESION_PYTHON ?? 'python3';

/** Whether these packages are here. */
export function hasModules(...names: readonly string[]): boolean {
  try {
    execFileSync(PYTHON, ['-c', `import ${names.join(', ')}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
