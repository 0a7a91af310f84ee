import fc from 'fast-check';
import { createKey, rotateKey, SignedUrls, setVisibility } from '../../src/access';
import type { Database } from '../../src/database';
import { evaluateRun } from '../../src/results';
import { idOfRow } from '../globalIds';
import { type AccessBed, startAccessBed } from './accessBed';
import { startBedServer } from './bedServer';

const TERMS = {
  version: '1',
  title: 'Terms of use',
  text: 'Be <b>kind</b>.\nCite us.',
  url: 'https://example.org/terms',
  duoCodes: ['DUO:0000042'],
};
const ACCEPT = `mutation ($input: AcceptTermsInput!) {
  acceptTerms(input: $input) { acceptance { version name acceptedAt } dataset { slug counts { images } terms { mustAccept } } } }`;
const SAID = { dataset: 'small', termsVersion: '1', name: 'Ada', affiliation: 'A university', purpose: 'A study' };

interface Answer {
  data?: Record<string, never> | null;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

let bed: AccessBed;
let database: Database;
let image: string;
let run: string;
let evaluation: string;
let key: Record<string, string>;
let keyRow: number;
let second: Awaited<ReturnType<typeof startBedServer>>;
let made = 0;
/** A key that reads, as most do. */
const keyOf = async () => {
  const { row, text } = await createKey(database, { name: `key ${++made}`, scopes: ['read', 'detect'] }, null);
  return { row, headers: { authorization: `Bearer ${text}` } };
};
const ask = async (
  query: string,
  headers: Record<string, string> = {},
  variables = {},
  url = bed.url,
): Promise<Answer> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
};
const accept = (headers: Record<string, string>, change: object = {}): Promise<Answer> =>
  ask(ACCEPT, headers, { input: { ...SAID, ...change } });

beforeAll(async () => {
  bed = await startAccessBed();
  ({ database } = bed.runs);
  image = await idOfRow(database, 'BookmarkedImage', bed.runs.imageIds[0] ?? 0);
  const { id } = await bed.runs.request('tiny-constant');
  await database.query({
    text: `UPDATE run_image SET state = 'COMPLETED', finished_at = now() WHERE run_id = $1`,
    values: [id],
  });
  await database.query({
    text: `UPDATE detection_run SET status = 'RUNNING', started_at = now(), execution_provider = 'cpu' WHERE id = $1`,
    values: [id],
  });
  await database.query({
    text: `UPDATE detection_run SET status = 'SUCCEEDED', finished_at = now() WHERE id = $1`,
    values: [id],
  });
  run = await idOfRow(database, 'DetectionRun', id);
  evaluation = await idOfRow(database, 'Evaluation', (await evaluateRun(database, id)).id);
  await setVisibility(database, 'small', 'TERMS', TERMS);
  const { row, headers } = await keyOf();
  [key, keyRow] = [headers, row.id];
  second = await startBedServer(bed.runs, {
    config: { host: '127.0.0.1', port: 0, anonymousScopes: ['read'] } as never,
  });
});
afterAll(async () => {
  await second.http.stop();
  await bed.stop();
});

describe('a data set that asks for terms', () => {
  const NAMED: readonly (readonly [what: string, query: () => string])[] = [
    ['its counts', () => '{ dataset(slug: "small") { slug counts { lesions } } }'],
    ['its lesions below it', () => '{ dataset(slug: "small@1") { lesions { totalCount } } }'],
    ['a list with its name', () => '{ lesions(filter: { dataset: "small" }) { totalCount } }'],
    ['a name inside of a filter', () => '{ patients(filter: { not: { dataset: "small" } }) { totalCount } }'],
    ['statistics of it', () => '{ lesionStatistics(filter: { dataset: "small" }) { lesionCount } }'],
    ['a patient of it', () => '{ patient(dataset: "small", patientIndex: 1) { id } }'],
    ['an image of it by its id', () => `{ node(id: "${image}") { id } }`],
    ['a run over it', () => `{ detectionRun(id: "${run}") { id } }`],
    ['a job over it', () => `{ job(id: "${run}") { id } }`],
    ['an evaluation of it', () => `{ compareEvaluations(ids: ["${evaluation}"]) { __typename } }`],
    ['an estimate', () => '{ estimateRun(input: { dataset: "small", detector: "tiny-constant" }) { imageCount } }'],
    [
      'a new run',
      () => 'mutation { runDetection(input: { dataset: "small", detector: "tiny-constant" }) { run { id } } }',
    ],
    [
      'an evaluation that is requested',
      () => `mutation { evaluateDetectionRun(input: { id: "${run}" }) { evaluation { id } } }`,
    ],
  ];

  it('says what it is and asks, and is not in lists over all data sets', async () => {
    const query = `{ datasets { nodes { slug name licence visibility counts { lesions } importReport lesions { totalCount }
      terms { id version title text url duoCodes mustAccept acceptedAt } } }
      lesions { totalCount } detectionRuns { totalCount } evaluations { totalCount } lesionStatistics { lesionCount } }`;
    const { data, errors } = await ask(query, key);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      datasets: {
        nodes: [
          {
            ...{ slug: 'small', name: 'Small', licence: '', visibility: 'TERMS', counts: null, importReport: null },
            lesions: { totalCount: 0 },
            terms: { id: expect.any(String), ...TERMS, mustAccept: true, acceptedAt: null },
          },
        ],
      },
      ...{ lesions: { totalCount: 0 }, detectionRuns: { totalCount: 0 }, evaluations: { totalCount: 0 } },
      lesionStatistics: [{ lesionCount: 0 }],
    });
  });

  it.each(NAMED)('refuses %s, and says how it is accepted', async (_, query) => {
    const terms = { id: expect.any(String), dataset: 'small', version: '1', url: TERMS.url, acceptBy: 'acceptTerms' };
    const { errors: [refusal] = [] } = await ask(query(), key);
    expect(refusal).toMatchObject({
      message: expect.stringContaining('acceptTerms(input:'),
      extensions: { code: 'FORBIDDEN', terms },
    });
    const isQuery = query().startsWith('{');
    const { errors: [unknown] = [] } = await ask(query(), {}, {}, second.url);
    expect(unknown?.extensions).toMatchObject(
      isQuery ? { code: 'UNAUTHENTICATED', terms } : { code: 'UNAUTHENTICATED' },
    );
  });

  it('refuses one of several ids alone', async () => {
    const { data, errors } = await ask(
      `{ nodes(ids: ["${image}", "${await idOfRow(database, 'Dataset', 1)}"]) { __typename } }`,
      key,
    );
    expect(data).toEqual({ nodes: [null, { __typename: 'Dataset' }] });
    expect(errors).toMatchObject([{ path: ['nodes', 0], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('refuses pictures and numbers', async () => {
    for (const end of ['.png', '.hu']) {
      const refused = await fetch(`${bed.url}/images/${image}${end}`, { headers: key });
      expect([refused.status, await refused.json()]).toMatchObject([
        403,
        { errors: [{ extensions: { terms: { dataset: 'small' } } }] },
      ]);
    }
    expect((await fetch(`${second.url}/images/${image}.png`)).status).toBe(401);
  });

  it('is open to an operator without being accepted', async () => {
    const headers = bed.walkers.operator?.headers ?? {};
    const query = '{ dataset(slug: "small") { counts { images } terms { mustAccept } } lesions { totalCount } }';
    expect(await ask(query, headers)).toEqual({
      data: { dataset: { counts: { images: 1 }, terms: { mustAccept: false } }, lesions: { totalCount: 1 } },
    });
    expect((await fetch(`${bed.url}/images/${image}.png`, { headers })).headers.get('cache-control')).toBe(
      'private, no-cache',
    );
  });

  it.each([
    ['another version', { termsVersion: '2' }, 'CONFLICT', 'termsVersion'],
    ['a version of 10,000 letters', { termsVersion: 'x'.repeat(10_000) }, 'CONFLICT', 'termsVersion'],
    ['an empty name', { name: '  ' }, 'BAD_USER_INPUT', 'name'],
    ['a name of 10,000 letters', { name: 'x'.repeat(10_000) }, 'BAD_USER_INPUT', 'name'],
    ['an affiliation of two lines', { affiliation: 'a\nb' }, 'BAD_USER_INPUT', 'affiliation'],
    ['a purpose with a NUL', { purpose: 'a\0b' }, 'BAD_USER_INPUT', 'input'],
    ['an unknown data set', { dataset: 'none' }, 'NOT_FOUND', 'dataset'],
  ])('is not accepted with %s', async (_, change, code, argument) => {
    const { errors: [refusal] = [] } = await accept(key, change);
    expect(refusal?.extensions).toMatchObject({ code, argument });
    expect(refusal?.message.length).toBeLessThan(600);
  });

  it('is accepted once for the holder of a key, on every server, with one event that names no person', async () => {
    const first = await accept(key);
    expect(first).toMatchObject({
      data: {
        acceptTerms: { acceptance: { name: 'Ada' }, dataset: { counts: { images: 1 }, terms: { mustAccept: false } } },
      },
    });
    expect(await accept(key, { name: 'Another' })).toEqual(first);
    expect(await ask('{ viewer { acceptedTerms { dataset version isCurrent name purpose } } }', key)).toEqual({
      data: {
        viewer: {
          acceptedTerms: [{ dataset: 'small', version: '1', isCurrent: true, name: 'Ada', purpose: 'A study' }],
        },
      },
    });
    const counted = async (headers: Record<string, string>) =>
      (await ask('{ lesions(filter: { dataset: "small" }) { totalCount } }', headers, {}, second.url)).data;
    // The other server knows within a second.
    while (JSON.stringify(await counted(key)) !== '{"lesions":{"totalCount":1}}') await new Promise(setImmediate);
    expect((await fetch(`${bed.url}/images/${image}.png`, { headers: key })).status).toBe(200);
    const rotated = await rotateKey(database, keyRow, { overlapHours: 1, notAfter: null });
    expect(await counted({ authorization: `Bearer ${rotated.text}` })).toEqual({ lesions: { totalCount: 1 } });
    expect(await ask('{ lesions { totalCount } }', (await keyOf()).headers)).toEqual({
      data: { lesions: { totalCount: 0 } },
    });
    await bed.audit.settle();
    const events = await database.prisma.auditEvent.findMany({ where: { action: 'acceptTerms', outcome: 'DONE' } });
    expect(events.map(({ changes }) => JSON.parse(changes ?? ''))).toEqual([
      { dataset: 'small', termsVersion: '1' },
      { dataset: 'small', termsVersion: '1' },
    ]);
  });

  it('asks again for a new version, and other terms need one', async () => {
    await expect(setVisibility(database, 'small', 'TERMS', { ...TERMS, text: 'Others.' })).rejects.toThrow(
      /new version/,
    );
    await setVisibility(database, 'small', 'TERMS', { ...TERMS, version: '2', text: 'Others.' });
    const { errors: [refusal] = [] } = await ask('{ lesions(filter: { dataset: "small" }) { totalCount } }', key);
    expect(refusal?.extensions).toMatchObject({ code: 'FORBIDDEN', terms: { version: '2' } });
    expect(await accept(key, { termsVersion: '2' })).toMatchObject({
      data: { acceptTerms: { acceptance: { version: '2' } } },
    });
    await setVisibility(database, 'small', 'PUBLIC', null);
    const { errors: [none] = [] } = await accept(key);
    expect(none?.extensions).toMatchObject({ code: 'CONFLICT', argument: 'dataset' });
    await setVisibility(database, 'small', 'TERMS', null);
    expect(await ask('{ dataset(slug: "small") { terms { version mustAccept } } }', key)).toMatchObject({
      data: { dataset: { terms: { version: '2', mustAccept: false } } },
    });
  });
});

describe('setDatasetVisibility', () => {
  const SET = `mutation ($input: SetDatasetVisibilityInput!) { setDatasetVisibility(input: $input) { dataset { visibility terms { version } } } }`;
  const set = (input: object) => ask(SET, bed.walkers.operator?.headers, { input: { dataset: 'small', ...input } });

  it('is an event of its own, with what it was before', async () => {
    expect(await set({ visibility: 'PRIVATE' })).toEqual({
      data: { setDatasetVisibility: { dataset: { visibility: 'PRIVATE', terms: null } } },
    });
    const [event] = await database.prisma.auditEvent.findMany({ orderBy: { number: 'desc' }, take: 1 });
    expect(event).toMatchObject({
      action: 'setDatasetVisibility',
      outcome: 'DONE',
      changes: expect.stringContaining('"before":"TERMS"'),
    });
  });

  it.each([
    ['a version of a data set', { dataset: 'small@1', visibility: 'PUBLIC' }, 'BAD_USER_INPUT', 'dataset'],
    ['an unknown data set', { dataset: 'none', visibility: 'PUBLIC' }, 'NOT_FOUND', 'dataset'],
    ['terms of a private one', { visibility: 'PRIVATE', terms: TERMS }, 'BAD_USER_INPUT', 'terms'],
    [
      'an address that runs',
      { visibility: 'TERMS', terms: { ...TERMS, version: '3', url: 'javascript:alert(1)' } },
      'BAD_USER_INPUT',
      'terms',
    ],
    ['an empty text', { visibility: 'TERMS', terms: { ...TERMS, version: '3', text: ' ' } }, 'BAD_USER_INPUT', 'terms'],
    [
      'a code that is none',
      { visibility: 'TERMS', terms: { ...TERMS, version: '3', duoCodes: ['DUO:1'] } },
      'BAD_USER_INPUT',
      'terms',
    ],
    ['a version with spaces', { visibility: 'TERMS', terms: { ...TERMS, version: 'a b' } }, 'BAD_USER_INPUT', 'terms'],
  ])('refuses %s', async (_, input, code, argument) => {
    const { errors: [refusal] = [] } = await set(input);
    expect(refusal?.extensions).toMatchObject({ code, argument });
  });
});

describe('a signed address', () => {
  const urlOf = async (args: string): Promise<string> => {
    const answer = await ask(
      `{ node(id: "${image}") { ... on BookmarkedImage { url(${args}) } } }`,
      bed.walkers.operator?.headers,
    );
    return (answer.data as unknown as { node: { url: string } }).node.url;
  };
  let signed: string;
  beforeAll(async () => {
    // Private: without the signature there is no such picture.
    await setVisibility(database, 'small', 'PRIVATE', null);
    signed = await urlOf('expiresIn: 60, size: 32, overlay: "lesions"');
  });

  it('shows the picture of a private data set to anyone, and no cache keeps it', async () => {
    const shown = await fetch(signed);
    expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect((await fetch(signed.replace(/&exp=.*/, ''))).status).toBe(401);
    expect((await fetch(signed.replace(/&exp=.*/, ''), { headers: key })).status).toBe(404);
    expect(
      (await fetch(signed.replace(/\?.*/, `?${new URL(signed).search.slice(1).split('&').sort().join('&')}`))).status,
    ).toBe(200);
  });

  it('is refused after any change of any byte', async () => {
    const { pathname, search } = new URL(signed);
    const address = pathname + search;
    const change = fc.record({ at: fc.nat(address.length - 1), byte: fc.constantFrom(...'09azAZ-_.,=&?/%+:') });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, byte }) => {
        fc.pre(address[at] !== byte && at > 0);
        const changed = await fetch(`${bed.url}${address.slice(0, at)}${byte}${address.slice(at + 1)}`);
        await changed.arrayBuffer();
        // One that leads elsewhere, such as to the first page, shows no picture either.
        expect(changed.headers.get('content-type')).not.toBe('image/png');
        if (changed.url.includes('/images/')) expect(changed.status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['a parameter more', (address: string) => `${address}&top=1`],
    ['a parameter twice', (address: string) => `${address}&size=32`],
    ['another expiry', (address: string) => address.replace(/exp=\d+/, 'exp=4102444800')],
    ['two expiries', (address: string) => `${address}&exp=4102444800`],
    ['two signatures', (address: string) => `${address}&sig=x`],
    ['no signature', (address: string) => address.replace(/&sig=.*/, '')],
    ['no expiry', (address: string) => address.replace(/&exp=\d+/, '')],
    ['another form of the picture', (address: string) => address.replace('.png', '.hu')],
    ['a letter that is spelt otherwise', (address: string) => address.replace('lesions', '%6cesions')],
  ])('is refused with %s, also with a key that may see the picture', async (_, change) => {
    const refused = await fetch(change(signed), { headers: bed.walkers.operator?.headers });
    expect(refused.status).toBe(403);
    expect(((await refused.json()) as Answer).errors?.[0]?.message).toMatch(/signed address was changed.*expiresIn/);
  });

  it('expires, and is at most an hour long', async () => {
    const path = `/images/${image}.png`;
    const secret = 'a secret of thirty-two characters';
    const hourAgo = new SignedUrls(secret, () => Date.now() - 3_600_000);
    expect(await (await fetch(bed.url + hourAgo.sign(path, 3_599))).json()).toMatchObject({
      errors: [{ message: expect.stringContaining('has expired'), extensions: { code: 'FORBIDDEN' } }],
    });
    const inYears = new SignedUrls(secret, () => Date.now() + 10 * 365 * 86_400_000);
    expect((await fetch(bed.url + inYears.sign(path, 60))).status).toBe(403);
    for (const expiresIn of [0, -1, 3_601])
      expect(
        (
          await ask(
            `{ node(id: "${image}") { ... on BookmarkedImage { url(expiresIn: ${expiresIn}) } } }`,
            bed.walkers.operator?.headers,
          )
        ).errors,
      ).toMatchObject([
        {
          message: `Expected expiresIn to be from 1 to 3600 seconds, got ${expiresIn}.`,
          extensions: { argument: 'expiresIn' },
        },
      ]);
  });
});
