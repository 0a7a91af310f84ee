import { type LookupAddress, lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { mayStillHear } from '../access';
import type { Database } from '../database';
import { UserError } from '../errors';
import type { Logger } from '../log';
import {
  type JobEnd,
  MAX_WEBHOOK_ATTEMPTS,
  mayConnect,
  parseWebhookUrl,
  type WebhookMessage,
  type WebhookSettings,
} from '../runs';
import { currentTraceparent, traced } from '../tracing';
import { subjectOf, type WebhookJob } from './webhooks';

/** Time limit of name look-up, connection and response together. */
const TIMEOUT_MS = 10_000;
/** The HTTP status with which a receiver refuses further messages, according to Standard Webhooks. */
const GONE = 410;

/** The message could not be delivered now; the message of the error may be stored and shown. */
class NotDelivered extends Error {
  /** @param status of the response, if one came */
  constructor(
    message: string,
    readonly status: number | null = null,
  ) {
    super(message);
  }
}

/** The dependencies of a delivery. */
export interface WebhookContext {
  database: Database;
  settings: WebhookSettings;
  log: Logger;
}

/**
 * Sends the message of a job's end once and records the result. At least once: if the response, or the worker, is lost,
 * the same message (`webhook-id`) is sent again.
 *
 * @throws Error if it has to be sent again; after the last attempt it is recorded as FAILED instead
 */
export async function deliverWebhook({ database, settings, log }: WebhookContext, job: WebhookJob): Promise<void> {
  const { kind, id } = subjectOf(job);
  const message = await kind.outbox.findQueued(database, id);
  const end = message && (await kind.end(database, id, settings));
  if (!end) return;
  if (!(await mayHear(database, end))) {
    await kind.outbox.record(database, id, { state: 'FAILED', status: null, error: NOT_FOR_ITS_OWNER });
    return;
  }
  try {
    const parent = await kind.parent(database, id);
    const status = await traced('webhook', { kind: 'CLIENT', parent }, () => send(message, end, settings));
    await kind.outbox.record(database, id, { state: 'DELIVERED', status, error: null });
  } catch (thrown) {
    // Errors of the other end may contain addresses of this network: only our own texts are stored.
    if (!(thrown instanceof NotDelivered)) throw thrown;
    const { status, message: error } = thrown;
    const isLast = status === GONE || message.attempts + 1 >= MAX_WEBHOOK_ATTEMPTS;
    log.warn({ ...job, attempt: message.attempts + 1, reason: error }, 'webhook not delivered');
    await kind.outbox.record(database, id, { state: isLast ? 'FAILED' : 'QUEUED', status, error });
    if (!isLast) throw thrown;
  }
}

const NOT_FOR_ITS_OWNER = 'Nothing was sent: the data set is private now, and the owner of the job does not see it.';

/** The owner may have lost sight of the data set since the job was accepted. */
async function mayHear(database: Database, { dataset, owner, createdAt }: JobEnd): Promise<boolean> {
  return owner === null || mayStillHear(database, { slug: dataset, owner, madeAt: createdAt });
}

/** @returns the status of the response, 200 … 299 */
async function send(message: WebhookMessage, end: JobEnd, settings: WebhookSettings): Promise<number> {
  const url = allowedUrl(message.url, settings);
  const body = JSON.stringify({ type: end.type, timestamp: end.finishedAt, data: end.data });
  const status = await post(url, body, headersOf(message, body, settings), settings);
  // A redirect is not followed: it could lead where the settings do not allow.
  if (status === GONE) throw new NotDelivered('The receiver answered 410: it wants no more messages.', status);
  if (status < 200 || status > 299) throw new NotDelivered(`The receiver answered ${status}, not 2xx.`, status);
  return status;
}

/** The settings may have changed since the job was accepted. */
function allowedUrl(text: string, settings: WebhookSettings): URL {
  try {
    return parseWebhookUrl(text, settings);
  } catch (thrown) {
    throw thrown instanceof UserError ? new NotDelivered(thrown.message) : thrown;
  }
}

/** Signed according to Standard Webhooks, so that no one can forge, change or replay a message. */
function headersOf({ messageId }: WebhookMessage, body: string, { webhookSecret }: WebhookSettings) {
  const id = `msg_${messageId}`;
  const now = new Date();
  const traceparent = currentTraceparent();
  return {
    ...(traceparent === null ? {} : { traceparent }),
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    'User-Agent': 'DeepLesion-Server',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': new Webhook(webhookSecret ?? '').sign(id, now, body),
  };
}

function post(
  url: URL,
  body: string,
  headers: Record<string, string | number>,
  settings: WebhookSettings,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers,
      agent: false,
      lookup: guardedLookup(settings),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      // Only the status matters; the rest of the response is not read.
      response.destroy();
    });
    request.on('error', (failure: NodeJS.ErrnoException) => {
      if (failure instanceof NotDelivered) reject(failure);
      else if (failure.name === 'AbortError' || failure.name === 'TimeoutError')
        reject(new NotDelivered(`The receiver did not answer within ${TIMEOUT_MS / 1000} s.`));
      else reject(new NotDelivered(`The receiver could not be reached (${failure.code ?? 'unknown reason'}).`));
    });
    request.end(body);
  });
}

/**
 * Looks a name up and connects to that address, never to the result of a second look-up: a name that points into the
 * server's own network is refused, even if it did not do so a moment ago.
 */
function guardedLookup(settings: WebhookSettings): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (failure, found: LookupAddress[]) => {
      if (failure) return callback(failure, '');
      const [first] = found;
      if (!first || found.some(({ address }) => !mayConnect(host.toLowerCase(), address, settings)))
        return callback(new NotDelivered('The name of the receiver stands for an address that is not public.'), '');
      if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}
