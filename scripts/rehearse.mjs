// Rehearses `npm run reproduce -- --data PATH`: makes a folder of DeepLesion's layout and counts, kills the reproduction
// in every stage, lets it go on, and tells what it took.
//
//   node scripts/rehearse.mjs --work DIR [--lesions 32735] [--steps 5000] [--seeds 1] [--quick] [--python PATH]
//     [--missing-every 500]
//
// What the boxes say is not what the pixels show (deeplesion phantom --pixels): the report of a rehearsal means nothing.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PATIENTS_OF_PIXELS = 4;
const SAMPLE_MS = 200;
/** How long a stage has run when it is killed; ms. */
const KILL_AFTER_MS = 2_000;
/** A stage of a second, which writes nothing when it begins: it is killed as soon as the one before is over. */
const SHORT = { stage: 'assign', after: 'import' };

const { values: options } = parseArgs({
  options: {
    work: { type: 'string' },
    lesions: { type: 'string', default: '32735' },
    patients: { type: 'string', default: '4427' },
    steps: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    python: { type: 'string' },
    'missing-every': { type: 'string', default: '500' },
  },
});
if (options.work === undefined) {
  console.error('Expected --work DIR: a folder for everything that the rehearsal makes.');
  process.exit(1);
}
const work = resolve(options.work);
const data = join(work, 'data');
const reproduction = join(work, 'reproduction');
const stamps = join(reproduction, 'stages');
mkdirSync(work, { recursive: true });

const seeds = options.seeds.split(',');
const trainings = (verb) => seeds.flatMap((seed) => ['single', 'multi'].map((arm) => `${verb}-${arm}-seed-${seed}`));
/** In their order; those of one entry go on side by side, and are killed together. */
const STAGES = [
  ['categorize'],
  ['prepare'],
  trainings('train'),
  trainings('export'),
  ['import'],
  ['assign'],
  ['detect'],
];

const log = [];
function say(entry) {
  log.push({ at: new Date().toISOString(), ...entry });
  console.log(JSON.stringify(log.at(-1)));
  writeFileSync(join(work, 'rehearsal.json'), `${JSON.stringify(log, null, 1)}\n`);
}

const deeplesion = (...words) => [join(ROOT, 'scripts/deeplesion.mjs'), ...words];

async function run(words) {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}`);
}

const isDone = (stage) => existsSync(join(stamps, `${stage}.json`));

/** Resident memory in bytes of a process and all below it. */
function memoryBelow(root) {
  const parents = new Map();
  const memory = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const text = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(text)?.[1]));
      memory.set(Number(name), 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0));
    } catch {
      // It ended meanwhile.
    }
  }
  const isBelow = (pid) => pid === root || (parents.has(pid) && parents.get(pid) > 1 && isBelow(parents.get(pid)));
  return [...memory].filter(([pid]) => isBelow(pid)).reduce((sum, [, bytes]) => sum + bytes, 0);
}

/** Which stages began: a script of training/ writes a log, the others a line of progress. */
function beginnings() {
  const started = Date.now();
  const named = new Set();
  const hasLog = (stage) => {
    const path = join(reproduction, 'logs', `${stage.replace(/^train-/, '')}.log`);
    return existsSync(path) && statSync(path).mtimeMs > started;
  };
  const ended = new Set();
  const read = (line) => {
    const [stage] = line.split(':');
    named.add(stage);
    if (!line.includes(' % ')) ended.add(stage);
  };
  const has = (stage) => (stage === SHORT.stage ? ended.has(SHORT.after) : named.has(stage) || hasLog(stage));
  return { read, has };
}

/** Starts or resumes the reproduction. @param killIn stages in one of which it is killed; none: it runs to its end */
async function reproduce(killIn) {
  const words = ['--data', data, '--work', reproduction, '--report', join(work, 'report'), '--seeds', options.seeds];
  if (options.quick) words.push('--quick');
  for (const name of ['steps', 'python']) if (options[name] !== undefined) words.push(`--${name}`, options[name]);
  const begun = beginnings();
  const child = spawn(process.execPath, deeplesion('reproduce', ...words), { stdio: ['ignore', 'inherit', 'pipe'] });
  createInterface({ input: child.stderr }).on('line', (line) => {
    console.error(line);
    begun.read(line);
  });
  let code = null;
  child.once('close', (status, signal) => {
    code = status ?? signal;
  });
  const peaks = {};
  let since = null;
  while (code === null) {
    await sleep(SAMPLE_MS);
    const now = STAGES.find((group) => !group.every(isDone))?.[0] ?? 'report';
    peaks[now] = Math.max(peaks[now] ?? 0, memoryBelow(child.pid));
    if (killIn === undefined || !killIn.some((stage) => !isDone(stage) && begun.has(stage))) continue;
    since ??= Date.now();
    if (Date.now() - since < (now === SHORT.stage ? 0 : KILL_AFTER_MS)) continue;
    child.kill('SIGKILL');
    while (code === null) await sleep(SAMPLE_MS / 10);
    return { killedIn: now, peaks };
  }
  return { code, peaks };
}

const megabytes = (peaks) => Object.fromEntries(Object.entries(peaks).map(([k, v]) => [k, Math.round(v / 2 ** 20)]));

if (!existsSync(join(data, 'Images_png'))) {
  const pixels = join(work, 'pixels');
  await run(deeplesion('phantom', '--patients', String(PATIENTS_OF_PIXELS), '--out', pixels));
  const { lesions, patients } = options;
  const size = ['--lesions', lesions, '--patients', patients];
  const links = ['--pixels', pixels, '--missing-every', options['missing-every']];
  await run(deeplesion('phantom', '--metadata-only', ...size, ...links, '--out', data));
}
say({ event: 'begins', lesions: Number(options.lesions), quick: options.quick, seeds, steps: options.steps ?? null });
for (const group of STAGES) {
  if (group.every(isDone)) {
    say({ event: 'done before', stages: group });
    continue;
  }
  const { killedIn, code, peaks } = await reproduce(group);
  say({
    event: killedIn ? 'killed' : 'ended before it was killed',
    stages: group,
    code,
    peakMegabytes: megabytes(peaks),
  });
  if (!killedIn) break;
}
const started = Date.now();
const { code, peaks } = await reproduce(undefined);
const stages = Object.fromEntries(
  STAGES.flat().map((stage) => [
    stage,
    isDone(stage) ? JSON.parse(readFileSync(join(stamps, `${stage}.json`))).seconds : null,
  ]),
);
say({
  event: 'ends',
  code,
  seconds: (Date.now() - started) / 1000,
  peakMegabytes: megabytes(peaks),
  stageSeconds: stages,
});
process.exitCode = code === 0 && STAGES.flat().every(isDone) ? 0 : 1;
