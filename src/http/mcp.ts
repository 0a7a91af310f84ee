/** The Model Context Protocol at /mcp: agents read the graph with a few tools, under the rules of /graphql. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HeaderMap } from '@apollo/server';
import express, { type Request as HttpRequest, type Response as HttpResponse, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { UserError } from '../errors';
import type { Services } from '../services';
import type { GraphqlEndpoint } from './apollo';
import { HttpError, MAX_BODY_BYTES } from './errors';
import { checkUtf8 } from './jsonBody';
import { type Tool, toolsOf } from './mcpTools';
import { refuseOtherPages } from './requester';

const INSTRUCTIONS =
  'Lesions that radiologists measured in CT, their pseudo-clusters, detectors, and the evaluations of detection runs. ' +
  'Begin with data-sets. Lengths are in mm unless a name says otherwise; a metric without a denominator is null. ' +
  'When you state numbers, name the data set with its version, and cite it (citation).';

/** An agent may keep the list of tools for so long; another version of the server may have others. */
const LIST_FRESH_MS = 300_000;

/** An answer of the graph; data and errors are as GraphQL has them. */
const Answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).loose() })).optional(),
});

/** The library is loaded with the first request. */
const loadLibrary = () => import('@modelcontextprotocol/server');
type Library = Awaited<ReturnType<typeof loadLibrary>>;
type Server = InstanceType<Library['Server']>;

/** The result of a tool, as the protocol has it. */
interface ToolResult {
  [key: string]: unknown;
  content: { type: 'text'; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/**
 * Serves POST /mcp without sessions: each request is answered by itself, so that any server behind a proxy can.
 *
 * @param run the graph, which holds callers to their scopes, data sets, quotas and limits
 */
export function createMcpRouter(services: Services, schema: GraphQLSchema, run: GraphqlEndpoint['run']): Router {
  let tools: readonly Tool[] | undefined;
  let library: ReturnType<typeof loadLibrary> | undefined;
  const handlerFor = async (
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<ReturnType<Library['createMcpHandler']>> => {
    library ??= loadLibrary();
    const { createMcpHandler, Server } = await library;
    tools ??= toolsOf(schema);
    const known = tools;
    const ask: Ask = (query, variables) => askGraph(run, request, response, { query, variables });
    return createMcpHandler(
      () => {
        const info = { name: 'deeplesion', title: 'DeepLesion Server', version: services.codeVersion };
        const server = new Server(info, {
          capabilities: { tools: {} },
          instructions: INSTRUCTIONS,
          cacheHints: { 'tools/list': { ttlMs: LIST_FRESH_MS, cacheScope: 'public' } },
        });
        return withTools(server, known, ask);
      },
      // There is nothing to subscribe to: the tools of a server do not change while it runs.
      { maxSubscriptions: 0, onerror: (error) => services.log.debug({ err: error }, 'a request at /mcp was refused') },
    );
  };
  const readText = express.text({
    ...{ type: () => true, limit: MAX_BODY_BYTES, inflate: false },
    verify: (_request, _response, body) => checkUtf8(body),
  });
  return Router()
    .post('/', readText, async (request, response) => {
      // The specification asks for it: a page of another site must not use what the reader of the page may.
      refuseOtherPages(request);
      const handler = await handlerFor(request, response);
      await send(response, await handler.fetch(asFetchRequest(request)));
    })
    .all('/', (_request, response) => {
      response.set('Allow', 'POST');
      throw new HttpError('METHOD_NOT_ALLOWED', 'Expected POST with a message of the Model Context Protocol.');
    });
}

type Ask = (query: string, variables: Record<string, unknown>) => Promise<ToolResult>;

/** The schemas of the tools are made of GraphQL's, which is why the tools are not registered with schemas of zod. */
function withTools(server: Server, tools: readonly Tool[], ask: Ask): Server {
  server.setRequestHandler('tools/list', () => ({
    tools: tools.map(({ name, title, description, inputSchema }) => ({
      ...{ name, title, description, inputSchema },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler('tools/call', async ({ params }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (!tool) return refusal([`There is no tool ${params.name.slice(0, 100)}: tools/list tells which there are.`]);
    try {
      const called = tool.call(params.arguments ?? {});
      return 'answer' in called ? success(called.answer) : await ask(called.query, called.variables);
    } catch (thrown) {
      if (thrown instanceof UserError) return refusal([`${thrown.code}: ${thrown.message}`]);
      throw thrown;
    }
  });
  return server;
}

/** Agents without structured content read the text, which is the same. */
const success = (data: Record<string, unknown>, notes: readonly string[] = []): ToolResult => ({
  content: [JSON.stringify(data), ...notes].map((text) => ({ type: 'text', text })),
  structuredContent: data,
});

const refusal = (messages: readonly string[]): ToolResult => ({
  content: messages.map((text) => ({ type: 'text', text })),
  isError: true,
});

/** Asks the graph on behalf of the caller of a request, as a POST to /graphql would. */
async function askGraph(
  run: GraphqlEndpoint['run'],
  request: HttpRequest,
  response: HttpResponse,
  body: { query: string; variables: Record<string, unknown> },
): Promise<ToolResult> {
  const headers = new HeaderMap([['content-type', 'application/json']]);
  const answered = await run({ method: 'POST', headers, search: '', body }, request, response);
  for (const [name, value] of answered.headers)
    if (/^(?:x-)?ratelimit|^retry-after$/i.test(name)) response.setHeader(name, value);
  const { data, errors = [] } = Answer.parse(JSON.parse(answered.body.kind === 'complete' ? answered.body.string : ''));
  const messages = errors.map(({ message, extensions }) => `${extensions.code}: ${message}`);
  return data && Object.values(data).some((value) => value !== null)
    ? success(data, messages)
    : outcomeOfNothing(data, messages);
}

/** Nothing is an answer too, such as `dataset: null`, unless there are errors. */
const outcomeOfNothing = (data: Record<string, unknown> | null | undefined, messages: readonly string[]): ToolResult =>
  data && messages.length === 0 ? success(data) : refusal(messages);

function asFetchRequest(request: HttpRequest): Request {
  const headers = new Headers();
  // The caller is known; the library need not see its key.
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && name !== 'authorization' && name !== 'cookie') headers.set(name, value);
  const body = typeof request.body === 'string' ? request.body : '';
  return new Request('http://localhost/mcp', { method: 'POST', headers, body });
}

async function send(response: HttpResponse, { status, headers, body }: Response): Promise<void> {
  response.status(status).set('Cache-Control', 'no-store');
  for (const [name, value] of headers) response.setHeader(name, value);
  if (body === null) response.end();
  else await pipeline(Readable.fromWeb(body as never), response);
}
