/**
 * Answers of the graph that PostgreSQL writes as JSON (graphql/core/jsonAnswers.ts), sent as they come: for documents that
 * Apollo has parsed and validated before, by plain requests that ask for nothing about their answer. All else, and every
 * answer with an error, is Apollo's.
 */
import type { IncomingMessage } from 'node:http';
import { type ApolloServerPlugin, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { RateLimited } from '../errors';
import {
  type AnswerAsJson,
  createJsonAnswers,
  FACTS_HEADER,
  type GraphContext,
  LruMap,
  type OperationGates,
} from '../graphql';
import type { Services } from '../services';
import { isTracing } from '../tracing';
import type { KeptAnswers } from './keptAnswers';
import { standingHeaders } from './quotaHeaders';
import type { RequestMetrics } from './requestMetrics';

/** Longer documents are Apollo's. */
const MAX_DOCUMENT_LENGTH = 8_000;
const MAX_DOCUMENTS = 1_000;
/** Different `Accept` headers with whose answers a content type is remembered. */
const MAX_ACCEPTED = 100;

/** What is known of a document by its text; null if it always needs Apollo. */
type Known = DocumentNode | null;

/** The parts of a request that its answer depends on. */
interface PlainRequest {
  query?: unknown;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

/** What a direct answer is made for. */
export interface DirectParts {
  readonly message: IncomingMessage;
  /** makes the context of the request */
  contextOf(): GraphContext;
  /** answers that are sent again */
  readonly kept: KeptAnswers | undefined;
}

export class DirectAnswers {
  private readonly documents = new LruMap<string, { document: Known }>(MAX_DOCUMENTS);
  /** by `Accept` header */
  private readonly contentTypes = new LruMap<string, string>(MAX_ACCEPTED);
  private readonly answerAsJson: AnswerAsJson;
  private readonly refusals = new WeakMap<IncomingMessage, RateLimited>();

  constructor(
    private readonly services: Pick<Services, 'log' | 'quotas'>,
    schema: GraphQLSchema,
    gates: OperationGates,
    private readonly metrics: Pick<RequestMetrics, 'countOperation'>,
  ) {
    this.answerAsJson = createJsonAnswers(schema, gates);
  }

  /** Learns the documents that were answered without errors. */
  readonly apolloPlugin: ApolloServerPlugin<GraphContext> = {
    requestDidStart: async ({ request: { http } }) => {
      if (http?.method !== 'POST') return undefined;
      return {
        willSendResponse: async ({ document, source, operation, response: { body, http: head } }) => {
          const isPlain = body.kind === 'single' && !body.singleResult.errors && !body.singleResult.extensions;
          if (!isPlain || !document || !source || operation?.operation !== 'query') return;
          if (source.length > MAX_DOCUMENT_LENGTH || (head.status ?? 200) !== 200) return;
          if (!this.documents.get(source)) this.documents.set(source, { document });
        },
      };
    },
  };

  /** Learns with which content type Apollo answers those who accept something. */
  noteContentType({ headers }: IncomingMessage, answer: HTTPGraphQLResponse): void {
    const type = answer.headers.get('content-type');
    const accept = headers.accept ?? '';
    if (type !== undefined && (answer.status ?? 200) === 200 && accept.length <= MAX_DOCUMENT_LENGTH)
      this.contentTypes.set(accept, type);
  }

  /** @returns why a request that was not answered here has to be made again later */
  refusalOf(message: IncomingMessage): RateLimited | undefined {
    return this.refusals.get(message);
  }

  /** @param request the body of a plain POST @returns undefined if Apollo has to answer */
  async answer(request: PlainRequest, parts: DirectParts): Promise<HTTPGraphQLResponse | undefined> {
    const { query, variables, operationName, extensions } = request;
    const { headers } = parts.message;
    if (typeof query !== 'string' || (extensions ?? null) !== null || !isGiven(operationName, 'string'))
      return undefined;
    if (!isGiven(variables, 'object') || Array.isArray(variables)) return undefined;
    if (headers['x-cost'] !== undefined || headers[FACTS_HEADER] !== undefined) return undefined;
    // The log of operations and their spans hold what only the executor knows.
    if (this.services.log.isLevelEnabled('debug') || isTracing()) return undefined;
    const document = this.documents.get(query)?.document;
    const contentType = this.contentTypes.get(headers.accept ?? '');
    if (!document || contentType === undefined) return undefined;
    const wanted = { document, operationName, variables: variables as Record<string, unknown> | null | undefined };
    return this.answerKnown(query, wanted, contentType, parts);
  }

  private async answerKnown(
    text: string,
    query: Parameters<AnswerAsJson>[0],
    contentType: string,
    { message, contextOf, kept }: DirectParts,
  ): Promise<HTTPGraphQLResponse | undefined> {
    let context: GraphContext | undefined;
    const made = (): GraphContext => {
      context = contextOf();
      return context;
    };
    const outcome = await this.answerAsJson(query, made);
    if (outcome === 'never') this.documents.set(text, { document: null });
    if (!context || outcome === undefined || outcome === 'never') return undefined;
    if ('refusal' in outcome) {
      this.refusals.set(message, outcome.refusal);
      return undefined;
    }
    const { operation, data, cost } = outcome;
    const { caller } = context;
    this.metrics.countOperation(operation, false, { document: query.document, caller });
    kept?.noteAnswer(message, { document: query.document, operation, cost });
    const headers = new HeaderMap([['content-type', contentType]]);
    for (const [name, value] of standingHeaders(this.services.quotas?.standingOf(caller, 'fields')))
      headers.set(name, value);
    return { status: 200, headers, body: { kind: 'complete', string: `{"data":${data}}` } };
  }
}

/** @returns whether a value is of a type, or left out */
const isGiven = <Type extends 'string' | 'object'>(
  value: unknown,
  type: Type,
): value is (Type extends 'string' ? string : object) | null | undefined =>
  value === undefined || value === null || typeof value === type;
