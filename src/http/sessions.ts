/** Which requests come from a person who is signed in. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallerPerson, SESSION_ENDED, SessionRing } from '../access';
import { Forbidden, Unauthenticated } from '../errors';
import type { Services } from '../services';
import { Cookies } from './cookies';
import { clientOf, siteOf } from './origin';

/**
 * What the cookie of a request is worth. `COUNTS`: the request is the person's own wish. `IGNORED`: pages of other sites
 * read as anyone does, or send a key. `REFUSED`: it would change something, and no page of this server sent it.
 */
type Standing = 'COUNTS' | 'IGNORED' | 'REFUSED';

const READS = new Set(['GET', 'HEAD']);

function standingOf(request: IncomingMessage): Standing {
  const { method = '', headers } = request;
  const site = siteOf(request);
  const from = headers['sec-fetch-site'];
  if (site === 'OWN' || (site === 'NONE' && from === 'same-origin')) return 'COUNTS';
  if (site === 'LISTED' || site === 'READER') return 'IGNORED';
  if (!READS.has(method)) return 'REFUSED';
  if (site === 'FOREIGN') return 'IGNORED';
  // A link on another site may lead here; a picture in its page may not be fetched in the person's name.
  const isOpened = from === undefined || from === 'none' || headers['sec-fetch-mode'] === 'navigate';
  return isOpened ? 'COUNTS' : 'IGNORED';
}

/** Tells whose session a request comes with. */
export class Sessions {
  readonly cookies: Cookies;
  private readonly ring: SessionRing;

  constructor({ config, database, log }: Pick<Services, 'config' | 'database' | 'log'>) {
    this.cookies = new Cookies(config.publicUrl);
    this.ring = new SessionRing(database, log, config.oidc?.roleMap ?? new Map());
  }

  /**
   * @param response in which the browser is told to forget a session that has ended
   * @returns undefined for a request without a session, which costs nothing; null if the session is not valid any more
   * @throws Forbidden if the request would change something and no page of this server sent it
   * @throws Unauthenticated if a program of the page asks with a session that has ended, so that it notices
   */
  identify(request: IncomingMessage, response: ServerResponse): Promise<CallerPerson | null> | undefined {
    const secret = this.cookies.read(request, 'session');
    if (secret === undefined) return undefined;
    const standing = standingOf(request);
    if (standing === 'IGNORED') return undefined;
    if (standing === 'REFUSED') return Promise.reject(new Forbidden(NOT_FROM_HERE));
    return this.find(request, response, secret);
  }

  /** @returns the person who opened a WebSocket, for which browsers ask no server and always name the page's site */
  async identifySocket(request: IncomingMessage): Promise<CallerPerson | null> {
    const secret = siteOf(request) === 'OWN' ? this.cookies.read(request, 'session') : undefined;
    return secret === undefined ? null : this.ring.find(clientOf(request), secret);
  }

  /** Calls `end` within a second after a session has ended. @returns the way to stop watching */
  watch(person: CallerPerson, end: (refusal: Unauthenticated) => void): () => void {
    return this.ring.watch(person, end);
  }

  close(): void {
    this.ring.close();
  }

  private async find(request: IncomingMessage, response: ServerResponse, secret: string): Promise<CallerPerson | null> {
    const person = await this.ring.find(clientOf(request), secret);
    if (person) return person;
    this.cookies.clear(response, 'session');
    const isOfProgram = request.url?.startsWith('/graphql') && request.headers['sec-fetch-mode'] !== 'navigate';
    if (isOfProgram) throw new Unauthenticated(SESSION_ENDED, 'read', true);
    return null;
  }
}

const NOT_FROM_HERE =
  'Expected a request of a page of this server: with a session of a person, others may not change anything. Programs send ' +
  'a key in the header "Authorization: Bearer dl_…" and no cookie.';
