import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledEntry } from '../src/compiled';
import {
  environmentOfChild,
  holdProcessLock,
  isAlive,
  lockHolder,
  ProcessRoster,
  startMark,
  withProcessLock,
} from '../src/processes';

describe('a mark of a living process', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  const made = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'deeplesion-marks-'));
    folders.push(folder);
    return folder;
  };

  it('speaks for nobody in a copied folder, so that the copy of a running data folder can be used', () => {
    const [original, copy] = [made(), made()];
    const release = holdProcessLock(join(original, 'server.lock'));
    const roster = new ProcessRoster(join(original, 'users'));
    roster.join();
    cpSync(original, copy, { recursive: true });
    expect(lockHolder(join(original, 'server.lock'))).toBe(process.pid);
    expect(lockHolder(join(copy, 'server.lock'))).toBeNull();
    expect(new ProcessRoster(join(original, 'users')).hasOthers()).toBe(true);
    expect(new ProcessRoster(join(copy, 'users')).hasOthers()).toBe(false);
    if (typeof release === 'function') release();
  });
});

describe('environmentOfChild', () => {
  it('keeps what a driver may need and no secret', () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      VK_ICD_FILENAMES: '/x.json',
      DATABASE_URL: 'postgres://u:p@h/d',
      WEBHOOK_SECRET: 's',
    });
    try {
      expect(environmentOfChild()).toMatchObject({ PATH: process.env.PATH, VK_ICD_FILENAMES: '/x.json' });
      expect(Object.values(environmentOfChild())).not.toContain('postgres://u:p@h/d');
      expect(environmentOfChild().WEBHOOK_SECRET).toBeUndefined();
    } finally {
      process.env = before;
    }
  });
});

describe('the farewell of a process', () => {
  const FAREWELL = `require(${JSON.stringify(compiledEntry('processes'))}).onSuddenEnd(() => console.log('farewell'));`;
  const WAIT = `setInterval(() => undefined, 1000); console.log('ready');`;

  async function runUntilItsEnd(code: string, signal?: NodeJS.Signals): Promise<[end: unknown, out: string]> {
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    let out = '';
    child.stdout.on('data', (text: Buffer) => {
      const isReady = !out.includes('ready') && text.includes('ready');
      out += text.toString();
      if (signal && isReady) child.kill(signal);
    });
    const [status, by] = await once(child, 'close');
    return [status ?? by, out.replace('ready\n', '')];
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is said once on %s, which still ends it', async (signal) => {
    expect(await runUntilItsEnd(FAREWELL + WAIT, signal)).toEqual([signal, 'farewell\n']);
  });

  it('is said before an exit, and after an error that nobody caught', async () => {
    expect(await runUntilItsEnd(`${FAREWELL} process.exit(3)`)).toEqual([3, 'farewell\n']);
    expect(await runUntilItsEnd(`${FAREWELL} throw new Error('x')`)).toEqual([1, 'farewell\n']);
  });

  it('leaves a signal to others that listen to it', async () => {
    const other = `process.once('SIGTERM', () => { console.log('orderly'); process.exit(0); });`;
    expect(await runUntilItsEnd(FAREWELL + other + WAIT, 'SIGTERM')).toEqual([0, 'orderly\nfarewell\n']);
  });

  it('is not said any more once it is forgotten', async () => {
    const forgotten = FAREWELL.replace(/;$/, '();');
    expect(await runUntilItsEnd(forgotten)).toEqual([0, '']);
    expect(await runUntilItsEnd(forgotten + WAIT, 'SIGTERM')).toEqual(['SIGTERM', '']);
  });
});

describe('locks between processes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-lock-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const deadProcess = async (): Promise<number> => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    return child.pid ?? 0;
  };

  it('run one piece of work at a time, even if several ask at once', async () => {
    const file = join(folder, 'one-at-a-time');
    let inside = 0;
    const work = () =>
      withProcessLock(file, async () => {
        inside += 1;
        const seen = inside;
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
        return seen;
      });
    expect(await Promise.all([work(), work(), work(), work()])).toEqual([1, 1, 1, 1]);
  });

  it('are released when the work rejects', async () => {
    const file = join(folder, 'rejects');
    await expect(withProcessLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withProcessLock(file, async () => 'free')).toBe('free');
  });

  it('tell who holds them', () => {
    const file = join(folder, 'held');
    const release = holdProcessLock(file);
    expect(typeof release).toBe('function');
    expect(holdProcessLock(file)).toBe(process.pid);
    if (typeof release === 'function') release();
    expect(typeof holdProcessLock(file)).toBe('function');
  });

  it('are taken over from a holder that died', async () => {
    const file = join(folder, 'dead');
    writeFileSync(file, `${await deadProcess()} 1`);
    expect(typeof holdProcessLock(file)).toBe('function');
  });

  it('are taken over from a holder whose number now belongs to another process', () => {
    const file = join(folder, 'reused');
    writeFileSync(file, `${process.pid} not-${startMark(process.pid)}`);
    expect(typeof holdProcessLock(file)).toBe('function');
  });

  it('count users, and forget those that died without leaving', async () => {
    const rosterFolder = join(folder, 'roster');
    const first = new ProcessRoster(rosterFolder);
    const second = new ProcessRoster(rosterFolder);
    first.join();
    second.join();
    writeFileSync(join(rosterFolder, 'gone'), `${await deadProcess()} 1`);
    expect(first.hasOthers()).toBe(true);
    expect(first.leave()).toBe(true);
    expect(second.hasOthers()).toBe(false);
    expect(second.leave()).toBe(false);
  });

  it('know the living from the dead', async () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(isAlive(await deadProcess())).toBe(false);
  });
});
