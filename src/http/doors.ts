import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import {
  anonymousScopesUnder,
  type Caller,
  type CallerPerson,
  databaseFor,
  databaseWithoutTruth,
  expectScope,
  expectTermsAccepted,
  holdsKey,
  isPublicDataset,
  isWithTruth,
  KeyRing,
  ownerOfPerson,
  ruleOfRoute,
  type Scope,
  type SignedUrls,
  scopesOf,
} from '../access';
import type { Database } from '../database';
import type { Unauthenticated } from '../errors';
import type { Services } from '../services';
import { HttpError } from './errors';
import { clientOf } from './origin';
import { Sessions } from './sessions';

/** What a request may see of pictures. */
export interface PictureSight {
  /** the database as the caller sees it */
  readonly database: Database;
  /** the same as if the caller had accepted all terms, to tell which are missing */
  readonly databaseAsAccepted: Database;
  /** whether the address is signed for this picture: no cache may keep it for others */
  readonly isSigned: boolean;
  /** @param dataset `slug` or `slug@version` @throws Forbidden or Unauthenticated if its terms are not accepted */
  expectTerms(dataset: string): Promise<void>;
  /** @returns whether anyone who may read sees the pictures of a data set */
  isPublic(dataset: string): Promise<boolean>;
}

/** Says what a request may see of pictures. */
export type SightOf = (request: IncomingMessage) => PictureSight;

/** @returns what sees all pictures of a database */
export const seesAllPictures =
  (database: Database, isSigned = false): SightOf =>
  () => ({
    database,
    databaseAsAccepted: database,
    isSigned,
    expectTerms: async () => undefined,
    isPublic: (dataset) => isPublicDataset(database, dataset),
  });

/** Requests with a signed address that was verified, and whether it shows the ground truth of hidden splits too. */
const signed = new WeakMap<IncomingMessage, { isWithTruth: boolean }>();
/** Routes whose addresses may be signed. */
const SIGNED_ROUTES = new Set(['/images', '/clusters']);

/** The callers of requests that came with a key, or with the session of a person. */
const identified = new WeakMap<IncomingMessage, Caller>();

/** `/metrics` has a token of its own in the same header. */
const HAS_OWN_TOKEN = /^\/metrics\/?(?:\?|$)/i;

/** For a key in an address, which histories, logs and proxies keep. */
export const KEY_IN_ADDRESS = new HttpError(
  'BAD_USER_INPUT',
  'Send keys in the header "Authorization: Bearer dl_…" and never in an address, which others log: ' +
    'this one should be revoked with "npx deeplesion key revoke ID".',
);

/** @returns the ID of the key that a request came with, or the person, for logs */
export function namesOf(request: IncomingMessage): { key?: string; person?: string } {
  const caller = identified.get(request);
  return { key: caller?.key?.keyId, person: caller?.person?.uuid };
}

/**
 * Takes a key out of the address of a request, so that no one logs it or shows it again.
 *
 * @returns whether there was one
 */
export function hideKeyInAddress(request: IncomingMessage): boolean {
  if (request.url === undefined || !holdsKey(request.url)) return false;
  request.url = '/';
  return true;
}

/** Tells who sends requests to this server. */
export class Doors {
  /** of people who sign in; undefined where no provider is set */
  readonly sessions: Sessions | undefined;
  private readonly ring: KeyRing;
  private readonly database: Database;
  private readonly urls: SignedUrls;
  private readonly scopesUnder: (pageHost: string | null) => readonly Scope[];
  /** the few lists of `scopesUnder` as sets */
  private readonly anonymousScopes = new Map<readonly Scope[], ReadonlySet<Scope>>();

  constructor(services: Pick<Services, 'config' | 'database' | 'log' | 'urls'>) {
    const { config, database, log, urls } = services;
    this.ring = new KeyRing(database, log);
    this.sessions = config.oidc && new Sessions(services);
    this.database = database;
    this.urls = urls;
    this.scopesUnder = (pageHost) => anonymousScopesUnder(config, pageHost);
  }

  /**
   * Finds out whose key a request came with; if it came with none, whose session.
   *
   * @returns undefined for a request without either, which costs nothing, and for one with a key that is known already
   * @throws Unauthenticated if it is not one valid key, RateLimited after too many wrong ones
   * @throws Unauthenticated, Forbidden as `Sessions.identify`
   */
  identify(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    if (HAS_OWN_TOKEN.test(request.url ?? '')) return undefined;
    if (request.headers.authorization === undefined)
      return this.sessions
        ?.identify(request, response)
        ?.then((person) => void (person && identified.set(request, this.personAt(request, person))));
    const credentials = credentialsOf(request);
    const known = this.ring.identifyNow(clientOf(request), credentials);
    if (known) {
      identified.set(request, known);
      return undefined;
    }
    return this.ring.identify(clientOf(request), credentials).then((caller) => void identified.set(request, caller));
  }

  /**
   * Who opened a WebSocket: browsers cannot send a header with it, and send the key as its first message, or a cookie.
   *
   * @param parameters of `connection_init`
   * @throws as `identify` does
   */
  async identifySocket(
    request: IncomingMessage,
    parameters: Readonly<Record<string, unknown>> | undefined,
  ): Promise<Caller> {
    const given = Object.entries(parameters ?? {}).filter(([name]) => name.toLowerCase() === 'authorization');
    const credentials = [
      ...credentialsOf(request),
      // The library of the client asks for a value, and here it can mean nothing else.
      ...given.map(([, value]) => (typeof value === 'string' ? value.replace(/^dl_/, 'Bearer dl_') : '')),
    ];
    if (credentials.length === 0) {
      const person = await this.sessions?.identifySocket(request);
      return person ? this.personAt(request, person) : this.anonymous(request);
    }
    return this.ring.identify(clientOf(request), credentials);
  }

  /** @throws Error if the request came with a key that was not checked */
  callerOf(request: IncomingMessage): Caller {
    const known = identified.get(request);
    if (known) return known;
    if (request.headers.authorization !== undefined && !HAS_OWN_TOKEN.test(request.url ?? ''))
      throw new Error('A request with a key was not identified.');
    return this.anonymous(request);
  }

  /** @returns who a request is from as far as is known: with a key that is none, a caller without one */
  senderOf(request: IncomingMessage): Caller {
    return identified.get(request) ?? this.anonymous(request);
  }

  /** @returns the database as the caller of a request sees it */
  readonly databaseOf = (request: IncomingMessage): Database => databaseFor(this.database, this.callerOf(request));

  /** What a request may see of pictures: with a signed address the one that it names, for any caller. */
  readonly sightOf: SightOf = (request) => {
    const address = signed.get(request);
    if (address) return this.sightOfAddress(request, address);
    const caller = this.callerOf(request);
    return {
      database: databaseFor(this.database, caller),
      databaseAsAccepted: databaseFor(this.database, caller, { asAccepted: true }),
      isSigned: false,
      expectTerms: (dataset) => expectTermsAccepted(this.database, caller, dataset, 'id'),
      isPublic: (dataset) => isPublicDataset(this.database, dataset),
    };
  };

  /** Calls `end` within a second after the key or the session of a caller has died. @returns the way to stop watching */
  watch(caller: Caller, end: (refusal: Unauthenticated) => void): () => void {
    const { person } = caller;
    if (person && this.sessions) return this.sessions.watch(person, end);
    return this.ring.watch(caller, end);
  }

  /** Lets a request to a route pass if the table of routes allows it. @param path in that table */
  guard(path: string): RequestHandler {
    return (request, _response, next) => {
      if (SIGNED_ROUTES.has(path) && this.urls.verify(request.originalUrl) !== null) {
        signed.set(request, { isWithTruth: isWithTruth(request.originalUrl) });
        next();
        return;
      }
      const rule = ruleOfRoute(path, request.method);
      if (typeof rule !== 'string') expectScope(this.callerOf(request), rule);
      next();
    };
  }

  /** What a signed address names was seen by the one who had it signed: with the ground truth only if that one sees it. */
  private sightOfAddress(request: IncomingMessage, address: { isWithTruth: boolean }): PictureSight {
    const sight = seesAllPictures(this.database, true)(request);
    if (address.isWithTruth) return sight;
    const database = databaseWithoutTruth(this.database);
    return { ...sight, database, databaseAsAccepted: database };
  }

  close(): void {
    this.ring.close();
    this.sessions?.close();
  }

  /** @returns the caller that this request would have without a key or a session */
  strangerOf(request: IncomingMessage): Caller {
    return this.anonymous(request);
  }

  private anonymous(request: IncomingMessage): Caller {
    const address = clientOf(request);
    const listed = this.scopesUnder(pageHostOf(request));
    const scopes = this.anonymousScopes.get(listed) ?? new Set(listed);
    this.anonymousScopes.set(listed, scopes);
    return { owner: address, address, scopes, key: null, person: null, datasets: null };
  }

  /** A person may do what any caller may, and what the roles say. */
  private personAt(request: IncomingMessage, person: CallerPerson): Caller {
    const { address, scopes } = this.anonymous(request);
    const all = new Set([...scopes, ...scopesOf(person.roles)]);
    return { owner: ownerOfPerson(person), address, scopes: all, key: null, person, datasets: null };
  }
}

/** @returns what came in each `Authorization` header: Node drops all but the first in `headers` */
function credentialsOf({ rawHeaders }: IncomingMessage): string[] {
  const found: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === 'authorization') found.push(rawHeaders[index + 1] ?? '');
  return found;
}

/** Browsers say so of the requests of pages: `Origin` goes with all that may change something, and with WebSockets. */
function pageHostOf({ headers }: IncomingMessage): string | null {
  const isOfPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  return isOfPage ? (headers.host ?? '') : null;
}
