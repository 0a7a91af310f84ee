/**
 * Traces: what a request causes, from its arrival over its statements to the run, its batches on workers and its
 * webhook, as spans of OpenTelemetry. Without an endpoint nothing is loaded, and each call here is one comparison.
 *
 * Names and attributes are those of the schema and of the code: never values of requests, keys, addresses or remarks.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, Span, SpanContext, SpanKind, Tracer } from '@opentelemetry/api';
import { messageOf, UserError } from './errors';

/** The log writes the trace of its lines, so that this file may not know it. */
interface Warnings {
  warn(message: string): void;
}

export interface TracingOptions {
  /** of the receiver, without `/v1/traces`; omitted: no traces */
  endpoint?: string;
  /** sent with each export */
  headers?: Readonly<Record<string, string>>;
  serviceName: string;
  /** how often spans are sent; ms */
  delayMs?: number;
}

/** What a span says of itself. */
export interface SpanOptions {
  kind?: 'SERVER' | 'CLIENT' | 'CONSUMER';
  attributes?: Attributes;
  /** the W3C traceparent of what caused it, if that was in another process; omitted: the span under way */
  parent?: string | null;
}

interface Tracing {
  api: typeof import('@opentelemetry/api');
  tracer: Tracer;
  current: AsyncLocalStorage<SpanContext>;
}

const SEND_EVERY_MS = 5_000;
const EXPORT_TIMEOUT_MS = 10_000;
/** The last spans are sent within this time, or lost: a receiver that hangs does not hold a stop. */
const STOP_MS = 1_500;
/** Of W3C Trace Context, version 00. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

let tracing: Tracing | undefined;

/**
 * Begins to send spans, if there is an endpoint.
 *
 * @returns ends it, and sends what is left
 */
export async function startTracing(options: TracingOptions, log: Warnings): Promise<() => Promise<void>> {
  const { endpoint, headers, serviceName, delayMs = SEND_EVERY_MS } = options;
  if (endpoint === undefined) return async () => undefined;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  tellFaultsOnce(api, log);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new sdk.BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { scheduledDelayMillis: delayMs })],
  });
  tracing = { api, tracer: provider.getTracer('deeplesion-server'), current: new AsyncLocalStorage() };
  return async () => {
    tracing = undefined;
    const late = new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref());
    await Promise.race([provider.shutdown().catch(() => undefined), late]);
  };
}

/** A receiver that is away for a night must not fill the log. */
function tellFaultsOnce({ diag, DiagLogLevel }: Tracing['api'], log: Warnings): void {
  let isTold = false;
  const tell = (): void => {
    if (!isTold) log.warn('traces cannot be sent to OTEL_EXPORTER_OTLP_ENDPOINT; the server goes on without them');
    isTold = true;
  };
  const ignore = (): void => undefined;
  diag.setLogger({ error: tell, warn: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ERROR);
}

/** Whether spans are sent: for what is worth preparing only then. */
export const isTracing = (): boolean => tracing !== undefined;

/** Does a piece of work in a span. @throws what the work throws; the span has its kind, and no text of it */
export async function traced<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!tracing) return work();
  const span = begin(tracing, name, options);
  try {
    return await tracing.current.run(span.spanContext(), work);
  } catch (thrown) {
    fail(span, thrown);
    throw thrown;
  } finally {
    span.end();
  }
}

/** As `traced`, for what is worth a span only as a part of another one. */
export function tracedWithin<T>(name: () => string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  return tracing?.current.getStore() ? traced(name(), options, work) : work();
}

/** Begins a span that ends with an event. @returns ends it; nothing without traces */
export function traceUntil(
  name: string,
  options: SpanOptions,
  work: () => void,
): ((attributes: Attributes, hasFailed: boolean) => void) | undefined {
  if (!tracing) {
    work();
    return undefined;
  }
  const span = begin(tracing, name, options);
  const { SpanStatusCode } = tracing.api;
  tracing.current.run(span.spanContext(), work);
  return (attributes, hasFailed) => {
    span.setAttributes(attributes);
    if (hasFailed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}

/** Adds a span of the past below the one under way, or below `parent`. @param startMs, endMs by `Date.now()` */
export function noteSpan(name: string, startMs: number, endMs: number, options: SpanOptions = {}): string | null {
  if (!tracing) return null;
  const span = begin(tracing, name, options, startMs);
  span.end(endMs);
  return traceparentOf(span.spanContext());
}

/** @returns the W3C traceparent of the span under way, for another process; null without one */
export function currentTraceparent(): string | null {
  const context = tracing?.current.getStore();
  return context === undefined ? null : traceparentOf(context);
}

/** @returns the trace that a W3C traceparent belongs to, 32 hexadecimal digits; null if it is none */
export const traceIdOf = (traceparent: string | null): string | null => contextOf(traceparent)?.traceId ?? null;

/** @returns what lines of the log say of the span under way */
export function traceFields(): { trace_id?: string } {
  const context = tracing?.current.getStore();
  return context === undefined ? {} : { trace_id: context.traceId };
}

function begin({ api, tracer, current }: Tracing, name: string, options: SpanOptions, startTime?: number): Span {
  const { kind, attributes, parent } = options;
  const above = parent === undefined ? current.getStore() : contextOf(parent);
  const context = above ? api.trace.setSpanContext(api.ROOT_CONTEXT, above) : api.ROOT_CONTEXT;
  return tracer.startSpan(name, { kind: kindOf(api.SpanKind, kind), attributes, startTime }, context);
}

function kindOf(kinds: Tracing['api']['SpanKind'], kind: SpanOptions['kind']): SpanKind {
  return kind === undefined ? kinds.INTERNAL : kinds[kind];
}

/** The message may quote a caller's input. */
function fail(span: Span, thrown: unknown): void {
  const type = thrown instanceof UserError ? thrown.code : thrown instanceof Error ? thrown.name : 'unknown';
  span.setAttribute('error.type', type);
  if (tracing) span.setStatus({ code: tracing.api.SpanStatusCode.ERROR });
}

const traceparentOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

/** @returns undefined for a text that is none: it begins a trace of its own, as the specification says */
function contextOf(traceparent: string | null): SpanContext | undefined {
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

/**
 * @param text `NAME=VALUE` separated by commas, as OTEL_EXPORTER_OTLP_HEADERS has them
 * @throws Error that names the form, without the text
 */
export function readTracingHeaders(text: string): Readonly<Record<string, string>> {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value = ''] = /^([\w-]+)=(.*)$/.exec(pair) ?? [];
      if (name === undefined) throw new Error('Expected NAME=VALUE pairs separated by commas');
      try {
        return [name, decodeURIComponent(value.trim())];
      } catch (thrown) {
        throw new Error(`Expected values encoded as in addresses (${messageOf(thrown)})`);
      }
    }),
  );
}
