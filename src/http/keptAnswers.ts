/**
 * Answers of the graph that are sent again without being computed again. An answer is kept with the stamp of the data that it
 * rests on, read before it was computed; it is sent as long as a stamp that is read after the arrival of a request is the same.
 * A change therefore holds at once, on every server, and servers need not notify one another.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServerPlugin, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import { type Caller, type Sight, sightOf } from '../access';
import { DataChanges, type DataStamp } from '../database';
import { QuotaExceeded } from '../errors';
import { createRests, type GraphContext, type RestsOn } from '../graphql';
import type { Services } from '../services';
import { AnswerStore } from './answerStore';
import type { Doors } from './doors';
import { tellQuota } from './quotaHeaders';
import { requesterOf } from './requester';
import type { RequestMetrics } from './requestMetrics';

/** Longer requests are not looked up: their text is a part of what is remembered. */
const MAX_REQUEST_LENGTH = 16_384;
/** Headers that tell a caller how it stands; each answer has its own. */
const OWN_HEADERS = /^(?:x-)?ratelimit/;

/** What is known of an answer once it has been computed. */
interface Computed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly on: RestsOn;
  /** of the quota `fields`; undefined if the caller has none */
  readonly cost: number | undefined;
}

interface Kept extends Computed {
  readonly stamp: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A request as far as its answer depends on it. */
interface Asked {
  /** everything that the answer depends on besides the data */
  readonly key: string;
  readonly message: IncomingMessage;
  readonly caller: Caller;
}

export class KeptAnswers {
  private readonly store: AnswerStore<Kept>;
  private readonly changes: DataChanges;
  private readonly restsOn: (document: DocumentNode) => RestsOn | undefined;
  /** by the signal that fires if the client of a request leaves: Apollo copies contexts */
  private readonly messages = new WeakMap<AbortSignal, IncomingMessage>();
  private readonly computed = new WeakMap<IncomingMessage, Computed>();
  private readonly scopeTexts = new WeakMap<Caller['scopes'], string>();

  /** @param maxBytes of the answers with their requests */
  constructor(
    private readonly services: Pick<Services, 'database' | 'log' | 'quotas'>,
    schema: GraphQLSchema,
    private readonly metrics: Pick<RequestMetrics, 'countOperation' | 'countKept'>,
    private readonly doors: Pick<Doors, 'callerOf'>,
    maxBytes: number,
  ) {
    this.store = new AnswerStore(maxBytes);
    this.changes = new DataChanges(services.database);
    this.restsOn = createRests(schema);
  }

  /** Notes which request a context belongs to. */
  note({ signal }: GraphContext, message: IncomingMessage): void {
    if (signal) this.messages.set(signal, message);
  }

  /** Notes that a request was answered without errors, and with all nodes that it asked for. */
  noteAnswer(message: IncomingMessage, answer: Omit<Computed, 'on'>): void {
    const on = this.restsOn(answer.document);
    if (on !== undefined) this.computed.set(message, { ...answer, on });
  }

  /** Tells of each answer of Apollo whether it may be kept. */
  readonly apolloPlugin: ApolloServerPlugin<GraphContext> = {
    requestDidStart: async ({ contextValue }) => {
      const message = contextValue.signal && this.messages.get(contextValue.signal);
      if (!message) return undefined;
      return {
        willSendResponse: async ({ document, operation, response: { body } }) => {
          if (!document || !operation || body.kind !== 'single' || body.singleResult.errors) return;
          if (hasUnknownNode(operation, body.singleResult.data)) return;
          this.noteAnswer(message, { document, operation, cost: contextValue.charged });
        },
      };
    },
  };

  /**
   * Answers a request with what was kept; otherwise computes its answer, and keeps it if it may be kept and the request was
   * seen before.
   *
   * @param text of the request: its document, its variables and its other parameters
   */
  async answer(
    text: string,
    message: IncomingMessage,
    response: ServerResponse,
    compute: () => Promise<HTTPGraphQLResponse>,
  ): Promise<HTTPGraphQLResponse> {
    const asked = await this.askedOf(text, message);
    const found = asked && this.store.find(asked.key);
    if (!asked || !found) return compute();
    const stamp = await this.changes.read();
    if (found !== 'SEEN' && found.stamp === stamp[found.on] && (await this.mayHave(asked.caller, found)))
      return this.again(found, asked.caller, response);
    this.metrics.countKept(found === 'SEEN' ? 'second' : 'changed');
    const answer = await compute();
    this.keep(asked, stamp, answer);
    return answer;
  }

  /** @returns undefined if the answer belongs to one request alone */
  private async askedOf(text: string, message: IncomingMessage): Promise<Asked | undefined> {
    const { headers } = message;
    if (text.length > MAX_REQUEST_LENGTH || headers['x-cost'] !== undefined) return undefined;
    // These facts hold the number of the request, unless it is a GET.
    if (headers['x-deeplesion'] !== undefined && message.method !== 'GET') return undefined;
    const caller = this.doors.callerOf(message);
    const { origin, readsOnly } = requesterOf(message, caller);
    const sight = await sightOf(this.services.database, caller);
    const rights = [identityOf(caller), this.scopesOf(caller), sightText(sight), readsOnly];
    return { key: [...rights, origin, headers.accept, message.method, text].join('\n'), message, caller };
  }

  private scopesOf({ scopes }: Caller): string {
    const known = this.scopeTexts.get(scopes);
    if (known !== undefined) return known;
    const text = [...scopes].sort().join(' ');
    this.scopeTexts.set(scopes, text);
    return text;
  }

  /** @returns whether anything is left of the caller's quota; the refusal is worded where answers are computed */
  private async mayHave(caller: Caller, { cost }: Kept): Promise<boolean> {
    const { quotas } = this.services;
    if ((quotas?.limitOf(caller, 'fields') ?? null) === null) return true;
    if (cost === undefined) return false;
    try {
      await quotas?.admit(caller, 'fields');
      return true;
    } catch (thrown) {
      if (thrown instanceof QuotaExceeded) return false;
      throw thrown;
    }
  }

  private again(kept: Kept, caller: Caller, response: ServerResponse): HTTPGraphQLResponse {
    const { quotas, log } = this.services;
    if (kept.cost !== undefined) quotas?.spend(caller, 'fields', kept.cost);
    tellQuota(response, quotas?.standingOf(caller, 'fields'));
    this.metrics.countOperation(kept.operation, false, { document: kept.document, caller });
    this.metrics.countKept('kept');
    if (log.isLevelEnabled('debug'))
      log.debug(
        { client: caller.address, key: caller.key?.keyId, name: kept.operation.name?.value },
        'operation answered again',
      );
    const headers = new HeaderMap();
    for (const [name, value] of kept.headers) headers.set(name, value);
    return { status: 200, headers, body: { kind: 'complete', string: kept.body } };
  }

  private keep({ key, message }: Asked, stamp: DataStamp, { status, headers, body }: HTTPGraphQLResponse): void {
    const computed = this.computed.get(message);
    if (!computed || (status ?? 200) !== 200 || body.kind !== 'complete') return;
    const own = [...headers].filter(([name]) => !OWN_HEADERS.test(name));
    const kept = { ...computed, stamp: stamp[computed.on], headers: own, body: body.string };
    this.store.keep(key, kept, 2 * body.string.length);
  }
}

/** Answers of a holder of a key, or of a person, are for that one alone; those of strangers with the same rights are the same. */
const identityOf = ({ key, person }: Caller): string => key?.keyId ?? person?.uuid ?? '';

/** All of it, whatever it comes to hold. */
const sightText = (sight: Sight | null): string => (sight ? JSON.stringify(sight) : '');

/**
 * @returns whether the id of a node was answered by null, or by nothing of it: it may be of a type whose changes nobody counts
 */
function hasUnknownNode({ selectionSet }: OperationDefinitionNode, data: unknown): boolean {
  const asksNodes = selectionSet.selections.some(
    (selection) => selection.kind !== Kind.FIELD || selection.name.value === 'node' || selection.name.value === 'nodes',
  );
  if (!asksNodes || typeof data !== 'object' || data === null) return asksNodes;
  return Object.values(data)
    .flat()
    .some((node: unknown) => typeof node !== 'object' || node === null || Object.keys(node).length === 0);
}
