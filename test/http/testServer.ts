import type { GraphQLSchema } from 'graphql';
import { AuditTrail, SignedUrls } from '../../src/access';
import { FeatureMaps, FeatureMatrices } from '../../src/categorization';
import { createHttpServer, type HttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import type { Services } from '../../src/services';
import { QUICK_SERVER } from '../testClock';
import { createTestDatabase } from '../testDatabase';

/** A folder that is not there. */
const NO_MODELS = '/nowhere/models';

/** A real server on a free port with a database of its own. */
export interface TestServer {
  url: string;
  services: Services;
  http: HttpServer;
  stop(): Promise<void>;
}

/** Starts it; it has no detectors. */
export async function startTestServer(schema: GraphQLSchema, clock = QUICK_SERVER): Promise<TestServer> {
  const { database, drop } = await createTestDatabase();
  const log = createLogger('silent');
  const featureMatrices = new FeatureMatrices(database);
  const services = {
    database,
    registry: await createRegistry({ database, config: { modelsDir: NO_MODELS, dataDir: NO_MODELS }, log }),
    featureMatrices,
    featureMaps: new FeatureMaps(database, featureMatrices),
    audit: new AuditTrail(database, log),
    urls: new SignedUrls('a secret of thirty-two characters'),
    log,
    config: { host: '127.0.0.1', port: 0, embedAncestors: [] as readonly string[] },
    codeVersion: 'test',
  } as Services;
  const http = createHttpServer(services, schema, clock);
  const url = await http.listen();
  return {
    url,
    services,
    http,
    async stop() {
      await http.stop();
      await drop();
    },
  };
}
