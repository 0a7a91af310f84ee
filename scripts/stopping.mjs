/**
 * Ends a script of the checkout in order: on SIGINT and SIGTERM, and when the npm that launched it is gone. npm
 * forwards a signal to the shell that it started, not to the programs in it, and forwards nothing when it is killed.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';

const LOOK_MS = 500;
/** A Ctrl-C reaches us from the terminal and a second time from npm. */
const SAME_WISH_MS = 2_000;
const PATIENCE_WITH_CHILDREN_MS = 8_000;

let askedAt;

/**
 * Makes this process end in order. Code that runs in it may listen to SIGINT and SIGTERM and stop by itself. If there
 * is no listener, the child processes are signalled and the process exits, so that the exit handlers run.
 */
export function stopInOrder() {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void onSignal(signal));
  const forgetLauncher = watchLauncher();
  // Node forgets that nohup had switched this signal off. Without a terminal, there is no terminal that could have been
  // closed.
  process.on('SIGHUP', () => {
    if (isatty(0)) process.kill(process.pid, 'SIGTERM');
    else forgetLauncher();
  });
}

async function onSignal(signal) {
  const isSameWish = askedAt !== undefined && Date.now() - askedAt < SAME_WISH_MS;
  askedAt ??= Date.now();
  if (isSameWish || process.listenerCount(signal) > 1) return;
  await endChildren();
  process.exit(128 + constants.signals[signal]);
}

/** @returns the way to stop watching */
function watchLauncher() {
  const launchers = isLaunchedByNpm() ? findLaunchers() : [];
  const timer = setInterval(() => {
    if (launchers.every(({ isThere }) => isThere())) return;
    clearInterval(timer);
    if (askedAt === undefined) process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}

/** Every process below npm inherits its variables: only the script that npm itself was asked to run counts. */
function isLaunchedByNpm() {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script = '', npm_package_json: manifest } = process.env;
  if (event === 'npx') return script.replaceAll("'", '') === 'deeplesion';
  return script.includes(`scripts/${basename(process.argv[1])}`) && isOurManifest(manifest);
}

function isOurManifest(file) {
  try {
    return realpathSync(file) === realpathSync(join(fileURLToPath(new URL('..', import.meta.url)), 'package.json'));
  } catch {
    return false;
  }
}

/** Our parent, and npm above it if the parent is a shell: the shell outlives an npm that is killed. */
function findLaunchers() {
  const { ppid } = process;
  const parent = { isThere: () => process.ppid === ppid };
  const table = readProcesses();
  const above = table.get(ppid);
  const npm = above?.isShell ? table.get(above.ppid) : undefined;
  if (npm === undefined || npm.pid <= 1) return [parent];
  return [parent, { isThere: () => startOf(npm.pid) === npm.start && isAlive(npm.pid) }];
}

/**
 * Signals the child processes of our process group and waits for their end. PostgreSQL has its own group: the processes
 * that use it stop it.
 */
async function endChildren() {
  const table = readProcesses();
  const isBelow = ({ ppid }) => ppid === process.pid || (table.has(ppid) && ppid > 1 && isBelow(table.get(ppid)));
  const group = table.get(process.pid)?.group;
  const children = [...table.values()].filter((one) => one.group === group && isBelow(one));
  for (const { pid } of children) signalTo(pid, 'SIGTERM');
  const deadline = Date.now() + PATIENCE_WITH_CHILDREN_MS;
  while (children.some(({ pid, start }) => isAlive(pid) && startOf(pid) === start) && Date.now() < deadline)
    await sleep(50);
}

/** @returns per process number: parent, process group, start, and whether it is a shell with a command */
function readProcesses() {
  const lines = process.platform === 'linux' ? readProc() : readPs();
  return new Map(lines.map((line) => [line.pid, line]));
}

function readProc() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = statOf(name);
      if (fields === null) return [];
      const isShell = readText(`/proc/${name}/cmdline`).split('\0')[1] === '-c';
      return [{ pid: Number(name), ppid: Number(fields[1]), group: fields[2], start: fields[19], isShell }];
    });
}

function readPs() {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,command='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, ppid, group, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      if (pid === undefined) return [];
      return [{ pid: Number(pid), ppid: Number(ppid), group, start: '', isShell: /^\S+ -c /.test(command) }];
    });
}

/** Distinguishes a process from a later one with the same number; empty if the system has no /proc. */
export function startOf(pid) {
  return statOf(pid)?.[19] ?? '';
}

/** @returns whether a process of that number is alive (it may belong to another account) */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown.code === 'EPERM';
  }
}

/** The fields of /proc/PID/stat after the name, which may contain spaces and parentheses. */
function statOf(pid) {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === '' ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    if (thrown.code !== 'ESRCH') throw thrown;
  }
}
