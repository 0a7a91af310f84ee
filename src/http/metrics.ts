import { createHash, timingSafeEqual } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Database } from '../database';
import type { Services } from '../services';
import { HttpError } from './errors';
import { watchQuotas } from './quotaMetrics';
import { createRequestMetrics, type RequestMetrics } from './requestMetrics';
import { RunMetrics } from './runMetrics';
import type { ServerClock } from './serverClock';

/**
 * Gauges under names that Prometheus keeps for counters; the sums of `nodejs_active_resources` and its like are the
 * same figures.
 */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** Figures of this server for Prometheus. */
export interface Metrics {
  requests: RequestMetrics;
  /** `/metrics` */
  router: Router;
  /** Counts bytes of an export that were sent. */
  countExported(bytes: number): void;
  /** Adds how many connections for subscriptions are open over a transport. */
  watchStreams(transport: string, count: () => number): void;
}

/**
 * `/metrics` in Prometheus' text format: runs and queue (runMetrics.ts), requests (requestMetrics.ts), connections to
 * the database, and what the process itself needs (memory, processor, delays of the event loop). With METRICS_TOKEN set
 * it wants it as a bearer token.
 */
export function createMetrics(
  { config, database, log, quotas }: Services,
  schema: GraphQLSchema,
  { figuresKeptMs }: Pick<ServerClock, 'figuresKeptMs'>,
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const runs = new RunMetrics(database, registry, log, figuresKeptMs);
  const transports = new Map<string, () => number>();
  watchPool(registry, database);
  if (quotas) watchQuotas(registry, quotas);
  new Gauge({
    name: 'deeplesion_streams',
    help: 'Open event streams and WebSockets, by transport.',
    labelNames: ['transport'],
    registers: [registry],
    collect() {
      for (const [transport, count] of transports) this.set({ transport }, count());
    },
  });
  const exported = new Counter({
    name: 'deeplesion_export_bytes_total',
    help: 'Bytes of exports that were sent, as they were compressed on the way.',
    registers: [registry],
  });
  const router = Router();
  router.get('/metrics', expectToken(config.metricsToken), async (_request, response) => {
    const figures = await runs.refresh();
    response
      .set({ 'Cache-Control': 'no-store', 'Content-Type': registry.contentType })
      .send(`${await registry.metrics()}\n${figures}`);
  });
  return {
    requests: createRequestMetrics(registry, schema),
    router,
    countExported: (bytes) => exported.inc(bytes),
    watchStreams: (transport, count) => transports.set(transport, count),
  };
}

function watchPool(registry: Registry, { pool }: Database): void {
  new Gauge({
    name: 'deeplesion_database_connections',
    help: "Connections of the server's pool: open, idle among them, the most that may be open, and requests that wait for one.",
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'open' }, pool.totalCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'limit' }, pool.options.max);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
}

/** Hashes are compared, so that neither the length nor the first wrong letter shows in the time that it takes. */
function expectToken(token: string | undefined): RequestHandler {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return (request, response, next) => {
    const given = /^Bearer +(.+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? '';
    if (token !== undefined && !timingSafeEqual(digest(given), digest(token))) {
      response.set('WWW-Authenticate', 'Bearer');
      throw new HttpError('UNAUTHENTICATED', 'Expected the header "Authorization: Bearer TOKEN" with METRICS_TOKEN.');
    }
    next();
  };
}
