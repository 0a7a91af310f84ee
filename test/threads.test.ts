import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DIST_ROOT } from '../src/compiled';
import { BadUserInput } from '../src/errors';
import { failureKindOf } from '../src/failureKind';
import { askOnce, Thread } from '../src/threads';

/** A module of the build that does what its request says. */
const MODULE = 'testThread';
const FILE = join(DIST_ROOT, `${MODULE}.js`);
const SOURCE = `
const { answerRequests } = require('./threads.js');
const { BadUserInput } = require('./errors.js');
const { ImageFailure } = require('./failureKind.js');
answerRequests(async (request) => {
  if (request === 'refuse') throw new BadUserInput('Expected something else.', 'field');
  if (request === 'fail') throw new ImageFailure('Not there.', 'NO_PIXEL_FILE');
  if (request === 'refused connection') throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  if (request === 'exit') process.exit(3);
  if (request === 'hang') for (;;);
  if (request === 'grow') for (const all = []; ; ) all.push(new Array(1_000_000).fill(request));
  return request;
});`;

describe('a thread that answers requests', () => {
  beforeAll(() => {
    mkdirSync(DIST_ROOT, { recursive: true });
    writeFileSync(FILE, SOURCE);
    expect(existsSync(join(DIST_ROOT, 'threads.js'))).toBe(true);
  });
  afterAll(() => rmSync(FILE));

  const ask = (request: string, options = {}) => askOnce<string, string>(MODULE, request, options);

  it('answers in order, and hands memory over', async () => {
    const thread = new Thread<unknown, unknown>(MODULE);
    await thread.ready;
    const bytes = new Uint8Array(8).fill(7);
    expect(await Promise.all([thread.ask('a'), thread.ask(bytes, [bytes.buffer]), thread.ask('b')])).toEqual([
      'a',
      new Uint8Array(8).fill(7),
      'b',
    ]);
    expect(bytes.byteLength).toBe(0);
    await thread.close();
    await expect(thread.ask('c')).rejects.toThrow('The thread was closed.');
  });

  it('throws what was thrown there: errors for people as such, kinds of failures, and codes', async () => {
    await expect(ask('refuse')).rejects.toThrow(BadUserInput);
    await expect(ask('refuse')).rejects.toMatchObject({ message: 'Expected something else.', argument: 'field' });
    expect(await ask('fail').catch(failureKindOf)).toBe('NO_PIXEL_FILE');
    await expect(ask('refused connection')).rejects.toMatchObject({ message: 'connect', code: 'ECONNREFUSED' });
  });

  it('says how it ended where it ends without an answer', async () => {
    const died: string[] = [];
    const options = { died: ({ message }: Error) => died.push(message) };
    await expect(ask('exit', options)).rejects.toThrow(/ended with 3 and without an answer/);
    expect(died).toHaveLength(1);
    await expect(ask('grow', { heapMib: 32 })).rejects.toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
  });

  it('is ended by a signal, with its reason', async () => {
    const leaving = new AbortController();
    const hanging = ask('hang', { signal: leaving.signal });
    leaving.abort(new Error('Nobody waits.'));
    await expect(hanging).rejects.toThrow('Nobody waits.');
    await expect(ask('a', { signal: leaving.signal })).rejects.toThrow('Nobody waits.');
  });
});
