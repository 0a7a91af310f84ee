import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createLogger } from '../src/log';
import type { Services } from '../src/services';
import { currentTraceparent, noteSpan, readTracingHeaders, startTracing, traced } from '../src/tracing';
import { startBedServer } from './http/bedServer';
import { createRunBed } from './runs/runBed';

const Attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) });
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              attributes: z.array(Attribute),
            }),
          ),
        }),
      ),
    }),
  ),
});
type SentSpan = z.infer<typeof Export>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

/** A server that keeps what it is sent, for spans by OTLP/HTTP and for messages of webhooks. */
class Receiver {
  readonly received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  answer: (response: ServerResponse) => void = (response) => response.writeHead(200).end('{}');
  private readonly server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    this.received.push({ path: request.url ?? '', headers: request.headers, body });
    this.answer(response);
  });

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get spans(): SentSpan[] {
    return this.received
      .filter(({ path }) => path === '/v1/traces')
      .flatMap(({ body }) => Export.parse(JSON.parse(body)).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const serviceName = 'test';
const silent = createLogger('silent');
const TRACE = 'abcdef0123456789abcdef0123456789';
const CALLER = `00-${TRACE}-00f067aa0ba902b7-01`;

let receiver: Receiver;
let endpoint: string;
beforeEach(async () => {
  receiver = new Receiver();
  endpoint = await receiver.start();
});
afterEach(() => receiver.stop());

describe('Traces', () => {
  it('tell one story of a request, its run, the batch on a worker and the webhook', async () => {
    const webhooks = { webhookHosts: ['127.0.0.1'], webhookSecret: `whsec_${Buffer.alloc(32, 7).toString('base64')}` };
    const lines: Record<string, unknown>[] = [];
    const log = createLogger('info', { write: (line) => lines.push(JSON.parse(line)) });
    const bed = await createRunBed(2, webhooks);
    const headers = { 'x-token': 'of the receiver' };
    const stopTracing = await startTracing({ endpoint, headers, serviceName, delayMs: 50 }, silent);
    const { url, http } = await startBedServer(bed, { log, config: webhooks as unknown as Services['config'] });
    try {
      const query = `mutation Secretive($hook: String!) {
        runDetection(input: { detector: "tiny-constant", dataset: "small", webhookUrl: $hook, idempotencyKey: "a-remark" }) { run { id traceId } }
      }`;
      const answer = await fetch(`${url}/graphql?`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent: CALLER },
        body: JSON.stringify({ query, variables: { hook: `${endpoint}/hook` } }),
      });
      // The run says which trace it belongs to.
      expect(await answer.json()).toEqual({
        data: { runDetection: { run: { id: expect.any(String), traceId: TRACE } } },
      });
      await bed.startWorker({ log });
      while (!receiver.received.some(({ path }) => path === '/hook')) await sleep(20);
      await http.stop();
      // Spans are sent when they end; the last one is that of the webhook.
      const ofStory = () => receiver.spans.filter(({ traceId }) => traceId === TRACE);
      while (!ofStory().some(({ name }) => name === 'webhook')) await sleep(20);
      while (!ofStory().some(({ name }) => name === 'batch')) await sleep(20);
      const spans = ofStory();
      const named = (name: string): SentSpan => spans.find((span) => span.name === name)!;
      const parentOf = (name: string) => spans.find(({ spanId }) => spanId === named(name).parentSpanId)?.name;
      expect(named('POST /graphql').parentSpanId).toBe('00f067aa0ba902b7');
      expect(parentOf('mutation runDetection')).toBe('POST /graphql');
      expect(parentOf('DetectionRun.create')).toBe('mutation runDetection');
      expect(['batch', 'webhook'].map(parentOf)).toEqual(['mutation runDetection', 'mutation runDetection']);
      expect(['queue wait', 'image', 'record-outcome'].map(parentOf)).toEqual(['batch', 'batch', 'batch']);
      expect(['prepare', 'inference', 'postprocess'].map(parentOf)).toEqual(['image', 'image', 'image']);
      // What left for others goes on with the same trace, and so do the lines of the log.
      const hook = receiver.received.find(({ path }) => path === '/hook');
      expect(hook?.headers.traceparent).toBe(`00-${TRACE}-${named('webhook').spanId}-01`);
      expect(receiver.received.find(({ path }) => path === '/v1/traces')?.headers['x-token']).toBe('of the receiver');
      expect(lines.filter(({ trace_id }) => trace_id === TRACE).map(({ msg }) => msg)).toEqual(
        expect.arrayContaining(['operation', 'detection run begun']),
      );
      // Values of the document stay here: the name of the operation is the caller's own word for it.
      expect(JSON.stringify(spans)).not.toMatch(/tiny-constant|small|a-remark|127\.0\.0\.1|SELECT .*FROM/);
    } finally {
      await stopTracing();
      await bed.drop();
    }
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['refuses', (response) => response.writeHead(500).end()],
    ['hangs', () => undefined],
    ['is gone', (response) => response.destroy()],
  ])('hold nothing up whose receiver %s', async (_, answer) => {
    receiver.answer = answer;
    const stopTracing = await startTracing({ endpoint, serviceName, delayMs: 1 }, silent);
    for (let index = 0; index < 3_000; index++) noteSpan('one of many', 0, 1);
    await expect(traced('work', {}, async () => 'done')).resolves.toBe('done');
    await expect(traced('work', {}, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await stopTracing();
  });

  it('are not loaded without an endpoint, and no span is under way', async () => {
    await (await startTracing({ serviceName }, silent))();
    await traced('work', {}, async () => expect(currentTraceparent()).toBeNull());
    expect(receiver.received).toEqual([]);
  });

  it('begin again at a traceparent that is none', async () => {
    const stopTracing = await startTracing({ endpoint, serviceName, delayMs: 1 }, silent);
    for (const parent of ['', '00-x', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `ff-${TRACE}-00f067aa0ba902b7-01`])
      await traced('work', { parent }, async () => expect(currentTraceparent()).toMatch(/^00-(?!0{32}|abcdef)/));
    await stopTracing();
  });

  it('take headers in the form of the specification', () => {
    expect(readTracingHeaders('a=b%20c, x-key=1=2 ,')).toEqual({ a: 'b c', 'x-key': '1=2' });
    expect(() => readTracingHeaders('secret')).toThrow(/^(?!.*secret)/);
  });
});
