import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import type { Logger } from '../log';
import { answerError, BODY_IS_NO_JSON, MAX_BODY_BYTES } from './errors';
import { checkUtf8 } from './jsonBody';
import type { KeptAnswers } from './keptAnswers';
import { completeRequest } from './persistedDocuments';

/**
 * Runs one request and responds in Apollo's types.
 *
 * @param message for what is not GraphQL's, such as the host it came to
 * @param response what is at work ends when it is closed
 */
export type RunGraphql = (
  request: HTTPGraphQLRequest,
  message: IncomingMessage,
  response: ServerResponse,
) => Promise<HTTPGraphQLResponse>;

/** Answers the body of a plain POST as `RunGraphql` does; undefined if that has to. */
export type AnswerDirectly = (
  body: object,
  message: IncomingMessage,
  response: ServerResponse,
) => Promise<HTTPGraphQLResponse | undefined>;

/** What answers plain requests. */
interface PlainPostParts {
  readonly run: RunGraphql;
  /** goes first */
  readonly direct: AnswerDirectly;
  /** answers that are sent again */
  readonly kept: KeptAnswers | undefined;
  readonly log: Logger;
  readonly requestId: string;
}

const JSON_TYPE = /^application\/json(?:; ?charset=utf-?8)?$/i;

/**
 * Whether a request is what nearly every client sends: a JSON body of a stated and allowed length, uncompressed, by
 * POST to `/graphql`. All unusual requests go the long way through Express, which handles each kind of them.
 */
export function isPlainPost({ method, url, headers }: IncomingMessage): boolean {
  const length = Number(headers['content-length']);
  return (
    method === 'POST' &&
    url === '/graphql' &&
    length > 0 &&
    length <= MAX_BODY_BYTES &&
    headers['content-encoding'] === undefined &&
    JSON_TYPE.test(headers['content-type'] ?? '')
  );
}

/**
 * Answers a plain POST without Express: a quarter less processor time for a light query (bench/graphql, Q5), of which
 * routing and parsing of headers are a good part.
 */
export async function answerPlainPost(
  request: IncomingMessage,
  response: ServerResponse,
  { run, direct, kept, log, requestId }: PlainPostParts,
): Promise<void> {
  try {
    const text = await readText(request);
    // The client disconnected with its request half sent.
    if (text === undefined) return;
    const compute = async (): Promise<HTTPGraphQLResponse> => {
      const parsed = parseObject(text);
      const answer = await direct(parsed, request, response);
      if (answer) return answer;
      const headers = headersOf(request);
      const body = completeRequest(parsed, headers);
      return run({ method: 'POST', headers, search: '', body }, request, response);
    };
    const answer = kept ? await kept.answer(text, request, response, compute) : await compute();
    await send(response, answer);
  } catch (thrown) {
    answerError(response, thrown, log, requestId);
  }
}

function headersOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  return map;
}

/** @returns undefined if the connection ended before the body did @throws HttpError if it is not UTF-8 */
async function readText(request: IncomingMessage): Promise<string | undefined> {
  const body = await readBytes(request);
  if (body === undefined) return undefined;
  checkUtf8(body);
  return body.toString('utf8');
}

function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once('close', () => resolve(undefined));
    request.once('error', () => resolve(undefined));
  });
}

/** @throws HttpError as the body parser of the long way does: JSON, and an object or a list */
function parseObject(text: string): object {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    throw BODY_IS_NO_JSON;
  }
  throw BODY_IS_NO_JSON;
}

async function send(response: ServerResponse, { status, headers, body }: HTTPGraphQLResponse): Promise<void> {
  for (const [name, value] of headers) response.setHeader(name, value);
  response.statusCode = status ?? 200;
  if (body.kind === 'complete') {
    response.setHeader('Content-Length', Buffer.byteLength(body.string));
    response.end(body.string);
    return;
  }
  for await (const chunk of body.asyncIterator) response.write(chunk);
  response.end();
}
