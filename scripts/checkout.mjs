/**
 * Records which processes run from this checkout, and which one prepares it: packages and build must not be replaced
 * under a running process. Each process that runs from the checkout has a file in `.running`, into which every account
 * may write. The process that prepares it holds `.preparing`, which requires the right to write to the checkout. Marks
 * of other machines, which share the checkout over a network or as containers, are valid as long as they are renewed.
 */
import {
  accessSync,
  chmodSync,
  constants,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive, startOf } from './stopping.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const RUNNING = join(root, '.running');
const PREPARING = join(root, '.preparing');
const ENTRY = join(RUNNING, `${hostname()}-${process.pid}`);
const RENEW_MS = 60_000;
const LIFE_OF_FOREIGN_MARK_MS = 5 * RENEW_MS;
const LOOK_MS = 100;

/** @returns whether this account may write to a folder of the checkout, e.g. to install and build */
export function mayWrite(folder = '.') {
  try {
    accessSync(join(root, folder), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Registers this process as one that runs from the checkout, until it ends. */
export function joinRunning() {
  try {
    makeRunningFolder();
    writeFileSync(ENTRY, mark());
  } catch (thrown) {
    // If this account cannot write to the checkout, the other accounts do not change it either.
    if (!['EACCES', 'EROFS', 'EPERM'].includes(thrown.code)) throw thrown;
    return;
  }
  keepRenewed(ENTRY);
  process.on('exit', leaveRunning);
}

export function leaveRunning() {
  rmSync(ENTRY, { force: true });
}

/** @returns the other processes that run from this checkout, `{pid, host, command}` */
export function othersRunning() {
  return listFiles(RUNNING)
    .map((name) => join(RUNNING, name))
    .filter((file) => file !== ENTRY)
    .flatMap((file) => {
      const found = readMark(file);
      if (found !== null && lives(found)) return [found];
      removeIfOurs(file);
      return [];
    });
}

/** Waits until no process prepares the checkout. */
export async function untilPrepared() {
  await waitFor(() => preparer() === null);
}

/** Runs `work` while no other process prepares this checkout. */
export async function whilePreparing(work) {
  await waitFor(tryToHold);
  const stopRenewing = keepRenewed(PREPARING);
  const release = () => rmSync(PREPARING, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    stopRenewing();
    process.off('exit', release);
    release();
  }
}

/**
 * Records a program that prepares on our behalf: it continues if we are killed, and the next process has to wait for
 * its end.
 */
export function notePreparing(program) {
  const draft = `${PREPARING}.${hostname()}.${process.pid}`;
  writeFileSync(draft, mark({ program, programStart: startOf(program) }));
  renameSync(draft, PREPARING);
}

/** The process that prepares the checkout, or null. */
export function preparer() {
  const holder = readMark(PREPARING);
  return holder !== null && lives(holder) ? holder : null;
}

async function waitFor(condition) {
  let wasTold = false;
  while (!condition()) {
    const holder = preparer();
    if (holder !== null && !wasTold) {
      console.error(`Waiting for ${describe(holder)}, which prepares this checkout …`);
      wasTold = true;
    }
    await sleep(LOOK_MS);
  }
}

/** How a process is named in messages. */
export function describe({ pid, host, command }) {
  return `process ${pid} (${command}${host === hostname() ? '' : ` on ${host}`})`;
}

/** A link appears together with its content, so that no process ever reads a lock without a holder. */
function tryToHold() {
  const own = `${PREPARING}.${hostname()}.${process.pid}`;
  writeFileSync(own, mark());
  try {
    linkSync(own, PREPARING);
    return true;
  } catch (thrown) {
    if (thrown.code !== 'EEXIST') throw thrown;
  } finally {
    rmSync(own, { force: true });
  }
  if (preparer() === null) takeFromDead(`${own}.dead`);
  return false;
}

/**
 * rename() decides between two processes that both found the holder dead. A live lock that was taken by mistake is put
 * back.
 */
function takeFromDead(grabbed) {
  try {
    renameSync(PREPARING, grabbed);
    const holder = readMark(grabbed);
    if (holder !== null && lives(holder)) linkSync(grabbed, PREPARING);
  } catch (thrown) {
    if (!['ENOENT', 'EEXIST'].includes(thrown.code)) throw thrown;
  } finally {
    rmSync(grabbed, { force: true });
  }
}

function makeRunningFolder() {
  if (listFiles(RUNNING) !== NOTHING) return;
  mkdirSync(RUNNING, { recursive: true });
  // As in /tmp: every account may add its own files, and none may remove those of another.
  chmodSync(RUNNING, 0o1777);
}

const NOTHING = [];

function listFiles(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return NOTHING;
  }
}

/** Publishes facts about this process: the command line looks for the database that it uses. */
function mark(rest = {}) {
  const [, script = '', ...words] = process.argv;
  return JSON.stringify({
    pid: process.pid,
    start: startOf(process.pid),
    host: hostname(),
    command: [basename(script), ...words].join(' '),
    ...rest,
    ...(process.env.DATABASE_URL || process.env.DATABASE_URL_FILE
      ? {}
      : { dataDir: resolve(root, process.env.DATA_DIR || 'data') }),
  });
}

function readMark(file) {
  try {
    const found = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isInteger(found.pid) ? { ...found, renewedAt: statSync(file).mtimeMs } : null;
  } catch {
    return null;
  }
}

function lives({ pid, start, host, renewedAt, program, programStart }) {
  if (host !== hostname()) return Date.now() - renewedAt < LIFE_OF_FOREIGN_MARK_MS;
  return isThat(pid, start) || (program !== undefined && isThat(program, programStart));
}

function isThat(pid, start) {
  return isAlive(pid) && startOf(pid) === start;
}

/** @returns the way to stop */
function keepRenewed(file) {
  const timer = setInterval(() => {
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // The checkout is gone; the process that works in it will report that.
    }
  }, RENEW_MS).unref();
  return () => clearInterval(timer);
}

function removeIfOurs(file) {
  try {
    rmSync(file, { force: true });
  } catch {
    // This is the mark of another account's process that was killed: it is not counted, and that account removes it.
  }
}
