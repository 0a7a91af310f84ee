/** How people sign in and out in a browser: `/auth`, where an OpenID provider is set. */
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf, addEvent, beginSession, endSession } from '../access';
import { messageOf, UserError } from '../errors';
import { userErrorFrom } from '../outages';
import type { Services } from '../services';
import { noteDenied } from './auditedRequests';
import type { Doors } from './doors';
import { HttpError, statusOf } from './errors';
import type { OpenIdProvider } from './openIdProvider';
import { originOf } from './origin';
import { requestIdOf } from './requestId';
import type { Sessions } from './sessions';

/** So long a person may take at the provider. */
const PENDING_SECONDS = 15 * 60;
const MAX_PATH_LENGTH = 2_000;
/** Three parts in base64url. */
const ID_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Browsers keep cookies of up to 4,096 characters with their name; without a hint the provider asks the person. */
const MAX_ID_TOKEN_LENGTH = 3_900;

/** The cookie of a sign-in under way. */
const Pending = z.object({
  state: z.string().min(16).max(200),
  nonce: z.string().min(16).max(200),
  verifier: z.string().min(43).max(200),
  /** path of the page that the person comes back to */
  to: z.string().max(MAX_PATH_LENGTH),
});
type Pending = z.infer<typeof Pending>;

const NOT_BEGUN = new HttpError(
  'BAD_USER_INPUT',
  'This sign-in was not begun in this browser, took longer than 15 minutes, or is over: begin again.',
);

/** What the routes are made of. */
interface Parts {
  readonly services: Pick<Services, 'database' | 'audit' | 'log'>;
  readonly doors: Doors;
  readonly sessions: Sessions;
  readonly provider: OpenIdProvider;
}

/** `GET /sign-in?to=PATH`, `GET /callback`, to which the provider sends the browser back, and `POST /sign-out`. */
export function createSignInRouter(parts: Parts): Router {
  const { services, doors } = parts;
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  const page =
    (work: (request: Request, response: Response) => Promise<void>) => (request: Request, response: Response) =>
      work(request, response).catch((thrown: unknown) => {
        noteDenied({ audit: services.audit, doors }, request, thrown);
        sendRefusal(response, thrown, services.log, baseOf(request));
      });
  router.get(
    '/sign-in',
    page((request, response) => begin(parts, request, response)),
  );
  router.get(
    '/callback',
    page((request, response) => complete(parts, request, response)),
  );
  router.post('/sign-out', (request, response, next) => signOut(parts, request, response).catch(next));
  return router;
}

/** @returns scheme, host and prefix of this server @throws HttpError if the request has no valid host */
function baseOf(request: Request): string {
  const base = originOf(request);
  if (base === undefined) throw new HttpError('BAD_USER_INPUT', 'Expected a valid Host header.');
  return base;
}

const redirectUriOf = (request: Request): string => `${baseOf(request)}/auth/callback`;

async function begin({ provider, sessions }: Parts, request: Request, response: Response): Promise<void> {
  const { url, pending } = await provider.begin(redirectUriOf(request));
  const cookie: Pending = { ...pending, to: pathWithin(baseOf(request), request.query.to) };
  const text = Buffer.from(JSON.stringify(cookie)).toString('base64url');
  sessions.cookies.set(response, 'sign-in', text, PENDING_SECONDS);
  response.redirect(303, url.href);
}

/** @returns the path of a page of this server, whatever was asked for: no one is led to another site */
function pathWithin(base: string, to: unknown): string {
  const home = `${new URL(base).pathname.replace(/\/$/, '')}/`;
  if (typeof to !== 'string' || to.length > MAX_PATH_LENGTH || !URL.canParse(to, base)) return home;
  const { origin, pathname, search, hash } = new URL(to, base);
  return origin === new URL(base).origin && pathname.startsWith(home) ? `${pathname}${search}${hash}` : home;
}

async function complete(
  { services: { database }, sessions, provider, doors }: Parts,
  request: Request,
  response: Response,
): Promise<void> {
  const pending = pendingOf(sessions.cookies.read(request, 'sign-in'));
  // It counts once, whatever becomes of it.
  sessions.cookies.clear(response, 'sign-in');
  if (!pending || request.query.state !== pending.state) throw NOT_BEGUN;
  const address = new URL(redirectUriOf(request));
  address.search = new URL(request.originalUrl, 'http://server').search;
  const { claims, idToken } = await provider.complete(address, pending);
  const earlier = doors.callerOf(request).person;
  const { secret, expiresAt } = await beginSession(database, claims, async (transaction, person) => {
    if (earlier) await endSession(transaction, earlier.session);
    await addEvent(transaction, {
      ...{ actor: actorOf({ key: null, person, address: '' }), action: 'sign in', target: null, outcome: 'DONE' },
      ...{ code: null, requestId: requestIdOf(request), changes: { groups: claims.groups } },
    });
  });
  const seconds = (expiresAt.getTime() - Date.now()) / 1_000;
  sessions.cookies.set(response, 'session', secret, seconds);
  // It stays with the browser that it is about: no table holds what a provider says of people.
  if (ID_TOKEN.test(idToken) && idToken.length <= MAX_ID_TOKEN_LENGTH)
    sessions.cookies.set(response, 'id-token', idToken, seconds);
  else sessions.cookies.clear(response, 'id-token');
  response.redirect(303, pending.to);
}

function pendingOf(cookie: string | undefined): Pending | undefined {
  try {
    return Pending.parse(JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Ends the session, and says where the person signs out of the provider too. */
async function signOut(
  { services: { database }, sessions, provider, doors }: Parts,
  request: Request,
  response: Response,
): Promise<void> {
  const home = `${baseOf(request)}/`;
  const caller = doors.callerOf(request);
  const { person } = caller;
  const idToken = sessions.cookies.read(request, 'id-token');
  sessions.cookies.clear(response, 'session');
  sessions.cookies.clear(response, 'id-token');
  if (person)
    await database.transaction(async (transaction) => {
      await endSession(transaction, person.session);
      await addEvent(transaction, {
        ...{ actor: actorOf(caller), action: 'sign out', target: null, outcome: 'DONE', code: null },
        ...{ requestId: requestIdOf(request), changes: null },
      });
    });
  const url = person ? await provider.signOutUrl(home, idToken && ID_TOKEN.test(idToken) ? idToken : undefined) : null;
  response.json({ url: url?.href ?? home });
}

/** A person looks at it, so that it is a page. */
function sendRefusal(response: Response, thrown: unknown, log: Services['log'], base: string): void {
  const told = thrown instanceof HttpError || thrown instanceof UserError ? thrown : userErrorFrom(thrown);
  if (!told) log.error({ err: thrown }, `a sign-in failed: ${messageOf(thrown)}`);
  const sentence = told?.message ?? 'This server has failed, and nobody was signed in. Its log has the reason.';
  response
    .status(statusOf(told?.code ?? 'INTERNAL_SERVER_ERROR'))
    .type('html')
    .send(refusalPage(sentence, base));
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

const refusalPage = (sentence: string, base: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Not signed in: DeepLesion Server</title>
  </head>
  <body>
    <h1>You are not signed in</h1>
    <p>${escaped(sentence)}</p>
    <p><a href="${escaped(base)}/auth/sign-in">Sign in again</a>, or <a href="${escaped(base)}/">go on without</a>.</p>
  </body>
</html>
`;
