import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { AuditTrail, createKey, endSessionsOf, findPeople, parseRoleMap, setVisibility } from '../../src/access';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { signInSettingsOf } from '../../src/signInSettings';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';
import { CookieBrowser as Browser } from './cookieBrowser';
import { type ProviderProcess, type Spoiled, startProvider } from './providerProcess';

type Server = Awaited<ReturnType<typeof startBedServer>>;

/** A server behind a proxy, as its pages see it. */
const BEHIND = 'https://data.example.org/lab';
const VIEWER = '{ viewer { scopes key { name } person { name subject issuer reviewer roles } signIn { name url } } }';
const ROLES = 'imaging=client,radiologists=reviewer';

let bed: RunBed;
let provider: ProviderProcess;
/** two that share a database, and one of the same database under a public address with a prefix */
let one: Server;
let other: Server;
let behind: Server;
let whileAway: Response;
let queriedWhileAway: Response;
const lines: string[] = [];

const startServer = (more: Partial<Services['config']> = {}): Promise<Server> => {
  const log = createLogger('debug', { write: (line) => lines.push(line) });
  const oidc = signInSettingsOf({
    ...{ OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: provider.clientId, OIDC_CLIENT_SECRET: provider.clientSecret },
    ...{ OIDC_SCOPES: ['profile'], OIDC_GROUPS_CLAIM: 'groups', OIDC_ROLE_MAP: parseRoleMap(ROLES), OIDC_NAME: 'Lab' },
    ...{ HOST: '127.0.0.1', TRUSTED_PROXIES: [] },
  });
  const config = { host: '127.0.0.1', port: 0, anonymousScopes: ['read'], oidc, ...more } as Services['config'];
  return startBedServer(bed, { config, log, audit: new AuditTrail(bed.database, log) });
};

beforeAll(async () => {
  [bed, provider] = await Promise.all([createRunBed(1), startProvider()]);
  // The servers start while the provider is away.
  await provider.listen(false);
  one = await startServer();
  other = await startServer();
  behind = await startServer({ publicUrl: { origin: 'https://data.example.org', path: '/lab' } });
  await provider.setUp({
    redirectUris: [one.url, other.url, BEHIND].map((base) => `${base}/auth/callback`),
    postLogoutRedirectUris: [one.url, other.url, BEHIND].map((base) => `${base}/`),
  });
  whileAway = await fetch(`${one.url}/auth/sign-in`);
  queriedWhileAway = await fetch(`${one.url}/graphql?query={datasets{totalCount}}`);
  await provider.listen(true);
  for (const { url } of [one, other, behind])
    while ((await fetch(`${url}/auth/sign-in`, { redirect: 'manual' })).status !== 303);
});
afterAll(async () => {
  for (const server of [one, other, behind]) await server?.http.stop();
  provider?.stop();
  await bed?.drop();
});

const signIn = async (person: string, base = one.url, browser = new Browser()): Promise<Browser> => {
  await browser.travel(`${base}/auth/sign-in?to=/runs`, person);
  return browser;
};

interface Viewer {
  scopes: string[];
  person: { subject: string; reviewer: string } | null;
}

/** Asks as a page of the server does. */
const ask = async (browser: Browser, query: string, base = one.url, headers: Record<string, string> = {}) => {
  const response = await browser.send(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(base).origin, ...headers },
    body: JSON.stringify({ query }),
  });
  return {
    status: response.status,
    ...((await response.json()) as { data?: unknown; errors?: { message: string }[] }),
  };
};
const viewerOf = async (browser: Browser, base?: string) =>
  ((await ask(browser, VIEWER, base)).data as { viewer: Viewer } | undefined)?.viewer;

describe('signing in', () => {
  it('is not possible while the provider is away, and a page says so; the server is there all the same', async () => {
    expect(whileAway.status).toBe(503);
    expect(whileAway.headers.get('content-type')).toContain('text/html');
    expect(await whileAway.text()).toMatch(/does not answer.*go on without/s);
    expect(queriedWhileAway.status).toBe(200);
    expect(lines.join('')).toContain('the OpenID provider was not found');
  });

  it('makes the caller a person with the roles of the groups, leads back to the page, and is in the trail', async () => {
    const browser = new Browser();
    const { addresses, last } = await browser.travel(`${one.url}/auth/sign-in?to=/runs%3Fstatus=failed`, 'ada');
    expect(addresses.at(-1)).toBe(`${one.url}/runs?status=failed`);
    expect(last.status).toBe(200);
    const toProvider = new URL(addresses.find((address) => address.startsWith(`${provider.issuer}/auth?`)) ?? '');
    expect(Object.fromEntries(toProvider.searchParams)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', scope: 'openid profile' },
      ...{ state: expect.stringMatching(/.{32}/), nonce: expect.stringMatching(/.{32}/) },
    });
    expect(await viewerOf(browser)).toEqual({
      scopes: ['read', 'export', 'detect', 'upload', 'submit'],
      key: null,
      person: {
        ...{ name: 'Ada Example', subject: 'ada', issuer: provider.issuer, reviewer: 'Ada Example', roles: ['client'] },
      },
      signIn: { name: 'Lab', url: '/auth/sign-in' },
    });
    const event = await bed.database.prisma.auditEvent.findFirst({ orderBy: { number: 'desc' } });
    expect(event).toMatchObject({
      ...{ action: 'sign in', keyId: null, keyName: 'Ada Example', changes: '{"groups":["imaging"]}' },
      address: expect.stringMatching(/^person:[0-9a-f-]{36}$/),
    });
  });

  it('keeps a random secret in a cookie that no script reads, and only its checksum in the database', async () => {
    const browser = await signIn('ada');
    const cookie = browser.set.find((text) => text.startsWith('deeplesion-session='));
    expect(cookie).toMatch(/^deeplesion-session=[\w-]{43}; Path=\/; Max-Age=4\d{4}; HttpOnly; SameSite=Lax$/);
    const secret = browser.cookieOf(one.url, 'session') ?? '';
    const rows = await bed.database.query({ text: 'SELECT * FROM person_session' });
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(lines.join('')).not.toContain(secret);
  });

  it('has cookies for this host alone behind HTTPS, below a prefix, and leads back below it', async () => {
    const browser = new Browser(new Map([['https://data.example.org', behind.url]]));
    const { addresses } = await browser.travel(`${BEHIND}/auth/sign-in?to=/lab/ops`, 'ada');
    expect(addresses).toContainEqual(
      expect.stringMatching(/^https:\/\/data\.example\.org\/lab\/auth\/callback\?code=/),
    );
    expect(addresses.at(-1)).toBe(`${BEHIND}/ops`);
    for (const name of ['session', 'sign-in'])
      expect(browser.set).toContainEqual(
        expect.stringMatching(new RegExp(`^__Host-deeplesion-${name}!lab=[\\w-]+; Path=/; .*; Secure$`)),
      );
    expect((await viewerOf(browser, BEHIND))?.person?.subject).toBe('ada');
  });

  it.each([
    'https://elsewhere.example/',
    '//elsewhere.example/x',
    '/\\elsewhere.example',
    'javascript:alert(1)',
    '/a\r\nb',
  ])('leads to no other site: %j', async (to) => {
    const { addresses } = await new Browser().travel(`${one.url}/auth/sign-in?to=${encodeURIComponent(to)}`, 'ada');
    expect(new URL(addresses.at(-1) ?? '').origin).toBe(one.url);
  });

  it('gives a person whose groups have no role what callers have who are not signed in, and says so', async () => {
    const browser = await signIn('nobody');
    expect(await viewerOf(browser)).toMatchObject({ scopes: ['read'], person: { name: 'No Group', roles: [] } });
    const refused = await ask(browser, 'mutation { cancelJob(input: { id: "x" }) { job { id } } }');
    expect(refused.status).toBe(403);
    expect(refused.errors?.[0]?.message).toContain('no group of "No Group" has here');
  });

  it('lets a person accept the terms of a data set, once and for every session', async () => {
    const patients = '{ patients(filter: { dataset: "small" }) { totalCount } }';
    const terms = { version: '1', title: 'Terms', text: 'Be kind.', url: null, duoCodes: [] };
    await setVisibility(bed.database, 'small', 'TERMS', terms);
    try {
      const browser = await signIn('ada');
      expect((await ask(browser, patients)).errors?.[0]?.message).toContain('acceptTerms');
      const input = 'dataset: "small", termsVersion: "1", name: "Ada", affiliation: "Lab", purpose: "A study"';
      const accepted = await ask(browser, `mutation { acceptTerms(input: { ${input} }) { acceptance { version } } }`);
      expect(accepted.data).toEqual({ acceptTerms: { acceptance: { version: '1' } } });
      expect((await ask(await signIn('ada'), patients)).data).toEqual({ patients: { totalCount: expect.any(Number) } });
      expect((await ask(await signIn('nobody'), patients)).errors?.[0]?.message).toContain('acceptTerms');
    } finally {
      await setVisibility(bed.database, 'small', 'PUBLIC', null);
    }
  });

  it('gives two people of one name two names as reviewers, which no key of another may take', async () => {
    const [first, second] = [await signIn('ada'), await signIn('another-ada')];
    expect((await viewerOf(first))?.person?.reviewer).toBe('Ada Example');
    expect((await viewerOf(second))?.person?.reviewer).toBe('Ada Example (2)');
    const wanted = { name: 'Ada Example', scopes: ['review' as const] };
    await expect(createKey(bed.database, wanted, 'key:00000000-0000-4000-8000-000000000000')).rejects.toThrow(
      /not that of another reviewer/,
    );
  });
});

describe('what comes back from the provider', () => {
  /** Begins, and stops before the browser is back. */
  const comeBack = async (): Promise<{ browser: Browser; callback: URL }> => {
    const browser = new Browser();
    const { addresses } = await browser.travel(`${one.url}/auth/sign-in`, 'ada', '/auth/callback');
    return { browser, callback: new URL(addresses.at(-1) ?? '') };
  };
  const expectRefused = async (browser: Browser, callback: URL, status: number, sentence: RegExp) => {
    const response = await browser.send(callback.href);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(sentence)]);
    expect((await viewerOf(browser))?.person).toBeNull();
  };

  it('is refused with another state, without the browser that began, and when the person was refused', async () => {
    const { browser, callback } = await comeBack();
    await expectRefused(new Browser(), callback, 400, /not begun in this browser/);
    const changed = new URL(callback);
    changed.searchParams.set('state', 'x'.repeat(43));
    await expectRefused(browser, changed, 400, /not begun in this browser/);
    // The first answer has used up what the browser knew.
    await expectRefused(browser, callback, 400, /not begun in this browser/);
    const again = await comeBack();
    const denied = new URL(again.callback);
    denied.searchParams.delete('code');
    denied.searchParams.set('error', 'access_denied');
    denied.searchParams.set('error_description', '<b>pay here</b>');
    const response = await again.browser.send(denied.href);
    const text = await response.text();
    expect([response.status, text]).toEqual([403, expect.stringContaining('access_denied')]);
    expect(text).not.toContain('pay here');
  });

  it('is refused with a code that was used before', async () => {
    const { browser, callback } = await comeBack();
    const pending = browser.cookieOf(one.url, 'sign-in');
    expect((await browser.send(callback.href)).status).toBe(303);
    const thief = new Browser();
    const replayed = await thief.send(callback.href, { headers: { cookie: `deeplesion-sign-in=${pending}` } });
    expect([replayed.status, await replayed.text()]).toEqual([401, expect.stringContaining('sign in again')]);
    expect(thief.cookieOf(one.url, 'session')).toBeUndefined();
  });

  it.each<Spoiled>(['expired', 'issuer', 'audience', 'nonce', 'signature'])(
    'is refused if its ID token is spoiled: %s',
    async (how) => {
      const { browser, callback } = await comeBack();
      await provider.spoil(how);
      await expectRefused(browser, callback, 401, /does not hold/);
      await provider.spoil(null);
    },
  );

  it('is refused while the provider does not answer, and nothing of it is in the log', async () => {
    const { browser, callback } = await comeBack();
    await provider.listen(false);
    await expectRefused(browser, callback, 503, /does not answer/);
    await provider.listen(true);
    const code = callback.searchParams.get('code') ?? '';
    expect(code.length).toBeGreaterThan(20);
    expect(lines.join('')).not.toContain(code);
    expect(lines.join('')).not.toContain(provider.clientSecret);
  });
});

describe('a session', () => {
  const CANCEL = 'mutation { cancelJob(input: { id: "x" }) { job { id } } }';

  it('counts for pages of this server alone, if it would change something', async () => {
    const browser = await signIn('ada');
    const statusOf = async (headers: Record<string, string>) => (await ask(browser, CANCEL, one.url, headers)).status;
    // Allowed, and there is no such job.
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await statusOf({ origin: 'null' })).toBe(403);
    const bare = await browser.send(`${one.url}/graphql`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ query: CANCEL }),
    });
    expect(bare.status).toBe(403);
    const picture = await browser.send(`${one.url}/graphql?query={viewer{person{name}}}`, {
      headers: { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
    });
    expect(await picture.json()).toEqual({ data: { viewer: { person: null } } });
  });

  it('gives way to a key', async () => {
    const browser = await signIn('ada');
    const { text } = await createKey(bed.database, { name: 'a program', scopes: ['export'] }, null);
    const { data } = await ask(browser, VIEWER, one.url, { authorization: `Bearer ${text}` });
    expect(data).toMatchObject({ viewer: { scopes: ['export'], key: { name: 'a program' }, person: null } });
    expect((await ask(browser, VIEWER, one.url, { authorization: 'Bearer dl_x' })).status).toBe(401);
  });

  it('is one of all servers, and when the person signs out it is dead on each of them, with all that is open', async () => {
    const browser = await signIn('ada');
    const cookie = `deeplesion-session=${browser.cookieOf(one.url, 'session')}`;
    const statusAt = async ({ url }: Server) => (await ask(new Browser(), VIEWER, url, { cookie })).status;
    const ends: Promise<unknown>[] = [];
    for (const server of [one, other]) {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream', origin: server.url, cookie };
      const body = JSON.stringify({ query: 'subscription { detectionRunsChanged { id } }' });
      const stream = await fetch(`${server.url}/graphql/stream`, { method: 'POST', headers, body });
      ends.push(stream.text());
      expect(await statusAt(server)).toBe(200);
    }
    const socket = await openSocket(other, cookie);
    expect(socket.person).toMatchObject({ viewer: { person: { subject: 'ada' } } });
    const answer = await browser.send(`${one.url}/auth/sign-out`, { method: 'POST', headers: { origin: one.url } });
    const { url } = (await answer.json()) as { url: string };
    expect(new URL(url).searchParams.get('post_logout_redirect_uri')).toBe(`${one.url}/`);
    expect(url).toMatch(new RegExp(`^${provider.issuer}/session/end`));
    // The provider is told whom to sign out, and takes that for its own word.
    const hint = new URL(url).searchParams.get('id_token_hint') ?? '';
    expect(JSON.parse(Buffer.from(hint.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ sub: 'ada' });
    expect((await browser.send(url)).status).toBe(200);
    expect((await browser.send(url.replace(hint, `${hint.slice(0, -8)}AAAAAAAA`))).status).toBe(400);
    expect(browser.cookieOf(one.url, 'id-token')).toBeUndefined();
    expect(lines.join('')).not.toContain(hint);
    expect(browser.cookieOf(one.url, 'session')).toBeUndefined();
    for (const server of [one, other]) for (let status = 200; status !== 401; ) status = await statusAt(server);
    for (const end of ends) expect(await end).toMatch(/"code":"UNAUTHENTICATED".*event: complete/s);
    expect(await socket.closed).toMatchObject({ code: 4401 });
    // Pages are there for those who are not signed in.
    expect((await fetch(`${one.url}/`, { headers: { cookie } })).status).toBe(200);
  });

  it('opens no WebSocket of another site’s page', async () => {
    const browser = await signIn('ada');
    const cookie = `deeplesion-session=${browser.cookieOf(one.url, 'session')}`;
    const socket = await openSocket(one, cookie, {});
    expect(socket.person).toMatchObject({ viewer: { person: null } });
    const refused = new WebSocket(`${one.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { cookie, origin: 'https://elsewhere.example' },
    });
    const status = await new Promise((resolve) => {
      refused.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    refused.once('error', () => undefined).terminate();
    expect(status).toBe(403);
  });

  it('is ended by the operator, and by nobody’s guess', async () => {
    const browser = await signIn('nobody');
    const [person] = await findPeople(bed.database, 'nobody');
    expect(await endSessionsOf(bed.database, person?.id ?? 0)).toBeGreaterThan(0);
    for (let status = 200; status !== 401; ) status = (await ask(browser, VIEWER)).status;
    // The answer had the browser forget it.
    expect(await viewerOf(browser)).toMatchObject({ person: null });
    const guess = { cookie: `deeplesion-session=${'A'.repeat(43)}` };
    expect((await ask(new Browser(), VIEWER, one.url, guess)).status).toBe(401);
  });
});

/** A WebSocket of a page of the server. @returns who the server says it is, and its end */
async function openSocket(server: Server, cookie: string, headers: object = { origin: server.url }) {
  class Socket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { cookie, ...headers } });
    }
  }
  let close: (event: unknown) => void = () => undefined;
  const closed = new Promise((resolve) => {
    close = resolve;
  });
  const client = createClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    ...{ webSocketImpl: Socket, retryAttempts: 0, lazy: false, onNonLazyError: () => undefined },
    on: { closed: close },
  });
  const { value } = await client.iterate({ query: VIEWER }).next();
  return { person: value?.data, closed };
}
