import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { acquirePostgres, migrate, openDatabase } from '../../src/database';
import { type BenchQuery, QUERIES } from './queries';
import { SIZE, seed } from './seed';

const ROUNDS = 5;
const SLICE_SECONDS = 2;
const CONNECTIONS = [8, 64];
/** What `npm start` sets for the product; the peer gets the same. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

interface Contender {
  name: 'ours' | 'keyed' | 'kept' | 'postgraphile';
  url: string;
  /** header of a key, whose requests are counted against its quota */
  authorization?: string;
  process: ChildProcess;
}

/**
 * Requests per second of five queries, compared with PostGraphile 5 on the same database: the responses are compared
 * first, then phases of load alternate between the servers: ours for requests without a key, ours for those with a key that
 * has a quota, ours with the answers that it keeps, and the peer. All of ours keep statistics while the data stay the same, as
 * the product always does (dataset/keptStatistics.ts), so that Q3 is computed once. Each server and the load generator have their own process.
 * Arguments: `--rounds N`, `--seconds N`, `--connections N,M`, names of queries.
 */
export async function main(): Promise<void> {
  const { rounds, seconds, connections, queries } = readWords(process.argv.slice(2));
  installPeer();
  const dataDir = mkdtempSync(join(tmpdir(), 'graphql-bench-'));
  const postgres = await acquirePostgres({ dataDir });
  const contenders: Contender[] = [];
  try {
    await prepareDatabase(postgres.url);
    contenders.push(await start('ours', 'ours.cjs', postgres.url));
    contenders.push(await start('keyed', 'ours.cjs', postgres.url, 'key'));
    contenders.push(await start('kept', 'ours.cjs', postgres.url, 'kept'));
    contenders.push(await start('postgraphile', 'postgraphile.cjs', postgres.url));
    printHead(rounds, seconds);
    for (const count of connections) {
      console.log(`${count} connections`);
      for (const query of queries) await measure(query, contenders, { rounds, seconds, connections: count });
    }
  } finally {
    for (const { process: child } of contenders) child.kill();
    await postgres.release();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What is asked of each contender. */
interface Phases {
  rounds: number;
  seconds: number;
  connections: number;
}

function readWords(
  words: string[],
): Omit<Phases, 'connections'> & { connections: readonly number[]; queries: BenchQuery[] } {
  const option = (name: string): string | undefined => {
    const index = words.indexOf(name);
    return index < 0 ? undefined : words.splice(index, 2)[1];
  };
  const rounds = Number(option('--rounds') ?? ROUNDS);
  const seconds = Number(option('--seconds') ?? SLICE_SECONDS);
  const connections = option('--connections')?.split(',').map(Number) ?? CONNECTIONS;
  return {
    rounds,
    seconds,
    connections,
    queries: QUERIES.filter(({ name }) => words.length === 0 || words.includes(name)),
  };
}

/** The peer is not part of the product's installation. */
function installPeer(): void {
  if (existsSync(join(__dirname, 'node_modules', 'postgraphile'))) return;
  console.log('Installing PostGraphile and autocannon …');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: __dirname, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('Expected bench/graphql to install: npm ci failed.');
}

async function prepareDatabase(url: string): Promise<void> {
  await migrate(url);
  const database = openDatabase(url);
  await seed(database, { topK: [1, 5] });
  await database.close();
}

async function start(name: Contender['name'], file: string, ...words: string[]): Promise<Contender> {
  const child = spawn(process.execPath, [...NODE_FLAGS, join(__dirname, file), ...words], {
    stdio: ['ignore', 'pipe', 2],
    env: { ...process.env, NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
  });
  const [line] = await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    once(child, 'exit').then(() => {
      throw new Error(`Expected ${file} to print its address; it ended.`);
    }),
  ]);
  const [url = '', authorization] = String(line).split('\t');
  return { name, url, authorization, process: child };
}

function printHead(rounds: number, seconds: number): void {
  const version = (name: string) =>
    JSON.parse(readFileSync(join(__dirname, 'node_modules', name, 'package.json'), 'utf8')).version;
  console.log(
    `graphql, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.versions.node}, PostGraphile ${version('postgraphile')}`,
  );
  console.log(
    `${SIZE.lesions} lesions, ${rounds} alternating rounds of ${seconds} s per server; ` +
      'medians of requests per second',
  );
}

async function measure(query: BenchQuery, contenders: Contender[], phases: Phases): Promise<void> {
  const [ours, ...others] = await Promise.all(contenders.map((contender) => answer(query, contender)));
  const other = others.find((one) => !isDeepStrictEqual(ours, one));
  if (other) {
    console.log(`${query.name}: the responses DIFFER\n${difference(ours, other)}`);
    process.exitCode = 1;
    return;
  }
  for (const contender of contenders) await load(query, contender, { ...phases, seconds: 1 });
  const rates: Record<Contender['name'], number[]> = { ours: [], keyed: [], kept: [], postgraphile: [] };
  for (let round = 0; round < phases.rounds; round++) {
    // The order alternates, so that a machine that warms up or slows down favours neither.
    for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse())
      rates[contender.name].push(await load(query, contender, phases));
  }
  const over = (one: Contender['name'], other: Contender['name']): number[] =>
    rates[one].map((rate, round) => rate / (rates[other][round] ?? Number.NaN));
  const ratios = over('ours', 'postgraphile');
  const keyed = over('keyed', 'ours');
  const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  console.log(
    `${query.name}  ours ${median(rates.ours).toFixed(0)}  PostGraphile ${median(rates.postgraphile).toFixed(0)}  ` +
      `ratio ${median(ratios).toFixed(2)} (${spread})  with a key and a quota ${median(rates.keyed).toFixed(0)}, ` +
      `${median(keyed).toFixed(2)} of ours without  kept ${median(rates.kept).toFixed(0)}, ` +
      `${median(over('kept', 'postgraphile')).toFixed(1)} of PostGraphile  ${query.title}`,
  );
  if (median(ratios) < 1) process.exitCode = 1;
}

/** @returns the query of a server: ours is asked the same with and without a key */
const sideOf = ({ name }: Contender): 'ours' | 'postgraphile' => (name === 'postgraphile' ? name : 'ours');

const bodyOf = (query: BenchQuery, contender: Contender): string => {
  const { query: text, variables } = query[sideOf(contender)];
  return JSON.stringify({ query: text.replace(/\s+/g, ' '), variables });
};

async function answer(query: BenchQuery, contender: Contender): Promise<unknown> {
  const response = await fetch(contender.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(contender.authorization && { authorization: contender.authorization }),
    },
    body: bodyOf(query, contender),
  });
  const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown };
  if (errors) throw new Error(`${query.name} failed on ${contender.name}: ${JSON.stringify(errors)}`);
  return JSON.parse(JSON.stringify(query[sideOf(contender)].plain(data), sortedKeys));
}

/** Fields come in the order in which they were requested; the comparison is of content. */
function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function difference(ours: unknown, peer: unknown): string {
  const [one, other] = [JSON.stringify(ours, null, 1), JSON.stringify(peer, null, 1)];
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return `ours …${one.slice(Math.max(0, at - 200), at + 100)}\nPostGraphile …${other.slice(Math.max(0, at - 200), at + 100)}`;
}

/** @returns requests per second */
async function load(
  query: BenchQuery,
  contender: Contender,
  { seconds, connections }: Pick<Phases, 'seconds' | 'connections'>,
): Promise<number> {
  const generator = spawn(
    process.execPath,
    [
      ...[join(__dirname, 'load.cjs'), contender.url, String(seconds), String(connections)],
      ...(contender.authorization ? [contender.authorization] : []),
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  generator.stdin.end(bodyOf(query, contender));
  let output = '';
  for await (const chunk of generator.stdout) output += chunk;
  const { perSecond, failures } = JSON.parse(output);
  if (failures > 0) throw new Error(`${query.name}: ${failures} requests to ${contender.name} failed.`);
  return perSecond;
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
