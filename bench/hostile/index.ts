/**
 * A server with limited memory while one client misbehaves in each way of `attacks.ts`, as another client sees it: a
 * probe from another address every 50 ms, on a new connection, compared with the same server at rest. The limit is 500
 * ms at the 99th percentile. `npm run bench -- hostile [WORD]` runs only attacks whose name contains the word;
 * `MEMORY_MB=1024`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProduct } from '../../test/e2e/product';
import { type Answers, ATTACKS, type Target } from './attacks';
import { limitMemory } from './memoryLimit';

const MEMORY_MB = Number(process.env.MEMORY_MB ?? 1024);
const EVERY_MS = 50;
const AT_REST_MS = 8_000;
/** Pause after an attack, so that its consequences are measured by its own probes and not by those of the next. */
const AFTER_MS = 3_000;
const LIMIT_MS = 500;
/** A probe that has no response by then counts as that long. */
const PATIENCE_MS = 20_000;
/** Loopback has more than one address: the attacker has 127.0.0.1. */
const ONLOOKER = '127.0.0.2';

interface Row {
  name: string;
  times: number[];
  failed: number;
  answers: Answers;
  /** peak memory of the server and all processes that it started, including PostgreSQL; null if it is not counted */
  megabytes: number | null;
}

export async function main(): Promise<void> {
  const word = process.argv[2] ?? '';
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-bench-'));
  const limit = limitMemory(MEMORY_MB * 2 ** 20);
  if (!limit) console.log('No control group can be made here: memory is watched, but not limited.');
  const start = () => startProduct({ DATA_DIR: dataDir, LOG_LEVEL: 'error' });
  const product = await (limit ? limit.during(start) : start());
  let ended = false;
  product.process.once('exit', () => {
    ended = true;
  });
  const target = await findTarget(product.origin, product.query);
  const look = async (name: string, work: () => Promise<Answers>): Promise<Row> => {
    limit?.reset();
    const { times, failed, answers } = await probeWhile(target.port, work);
    return { name, times, failed, answers, megabytes: limit && limit.peakBytes() / 2 ** 20 };
  };
  const rows = [await look('(at rest)', () => sleep(AT_REST_MS, {}))];
  tell(rows[0]!);
  for (const [index, { name }] of ATTACKS.entries()) {
    if (!name.includes(word)) continue;
    const row = await look(name, () => strike(index, target));
    rows.push(row);
    tell(row);
    if (ended) throw new Error(`The server did not survive: ${name}\n${product.log().slice(-2_000)}`);
  }
  const { code } = await product.stop('SIGTERM');
  limit?.remove();
  rmSync(dataDir, { recursive: true, force: true });
  const slow = rows.filter(({ times, failed }) => failed > 0 || quantile(times, 0.99) > LIMIT_MS);
  console.log(
    `\nended with ${code}; over ${LIMIT_MS} ms or failed: ${slow.map(({ name }) => name).join('; ') || 'none'}`,
  );
}

async function findTarget(origin: string, query: <Data>(text: string) => Promise<Data>): Promise<Target> {
  const { detectionRuns } = await query<{
    detectionRuns: { nodes: { id: string; detections: { nodes: { id: string }[] } }[] };
  }>('{ detectionRuns(first: 1) { nodes { id detections(first: 1) { nodes { id } } } } }');
  const [run] = detectionRuns.nodes;
  return { port: Number(new URL(origin).port), runId: run!.id, detectionId: run!.detections.nodes[0]!.id };
}

async function strike(index: number, target: Target): Promise<Answers> {
  const hook = join(__dirname, '../../scripts/typescriptHook.cjs');
  const words = ['-r', hook, join(__dirname, 'attackProcess.ts'), String(index), JSON.stringify(target)];
  const attacker = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  attacker.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  await once(attacker, 'close');
  await sleep(AFTER_MS);
  return JSON.parse(output || '{"the attacker died": 1}') as Answers;
}

async function probeWhile<T>(
  port: number,
  work: () => Promise<T>,
): Promise<{ times: number[]; failed: number; answers: T }> {
  const times: number[] = [];
  let failed = 0;
  const probe = async (): Promise<void> => {
    const started = performance.now();
    const status = await askFromElsewhere(port);
    times.push(performance.now() - started);
    if (status !== 200) failed++;
  };
  const underWay: Promise<void>[] = [];
  const timer = setInterval(() => underWay.push(probe()), EVERY_MS);
  const answers = await work();
  clearInterval(timer);
  await Promise.all(underWay);
  return { times, failed, answers };
}

/** @returns the status of the response; 0 if none came */
function askFromElsewhere(port: number): Promise<number> {
  const body = JSON.stringify({ query: '{ datasets { totalCount } }' });
  return new Promise((resolve) => {
    const request = requestHttp(
      {
        host: '127.0.0.1',
        localAddress: ONLOOKER,
        port,
        method: 'POST',
        path: '/graphql',
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
        signal: AbortSignal.timeout(PATIENCE_MS),
      },
      (response) => {
        response.on('error', () => resolve(0));
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      },
    );
    request.on('error', () => resolve(0));
    request.end(body);
  });
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function tell({ name, times, failed, answers, megabytes }: Row): void {
  const [median, p99, max] = [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(0));
  const got = Object.entries(answers).map(([answer, often]) => `${often} × ${answer}`);
  const memory = megabytes === null ? 'memory not counted' : `${megabytes.toFixed(0)} MB`;
  console.log(
    `${name}: median ${median} ms, p99 ${p99} ms, max ${max} ms over ${times.length} probes, ${failed} failed; ` +
      `${memory}; attacker got ${got.join(', ') || 'nothing'}`,
  );
}
