import { createHttpServer, type HttpServer } from '../../src/http';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { testSchema, testServices } from '../graphql/testGraph';
import type { RunBed } from '../runs/runBed';
import { QUICK_SERVER } from '../testClock';

/** The real graph over HTTP on a free port, with the detectors, the queue and the database of a run bed. */
export async function startBedServer(
  bed: RunBed,
  parts: Partial<Services> = {},
  clock = QUICK_SERVER,
): Promise<{ url: string; http: HttpServer; ask(query: string, variables?: object): Promise<never> }> {
  const config = { host: '127.0.0.1', port: 0, ...parts.config } as Services['config'];
  const { registry, queue } = bed;
  const services = testServices(bed.database, { registry, queue, log: createLogger('silent'), ...parts, config });
  const http = createHttpServer(services, testSchema, clock);
  const url = await http.listen();
  return {
    url,
    http,
    async ask(query, variables) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as never;
    },
  };
}
