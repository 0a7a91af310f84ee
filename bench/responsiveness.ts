/**
 * How quickly `{ __typename }` is answered during a detection run, compared with the same server at rest. A probe is
 * sent every 20 ms, whether or not the previous one was answered, so that a server that is blocked is noticed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningProduct, startProduct } from '../test/e2e/product';

const EVERY_MS = 20;
const AT_REST_MS = 8_000;
const RUN = `mutation ($key: String!) { runDetection(input: { detector: "phantom-single", dataset: "demo", idempotencyKey: $key }) { run { id } } }`;
const STATE = `query ($id: ID!) { detectionRun(id: $id) { status progress { completed total } timing { meanMsPerImage imagesPerSecond } } }`;

interface RunAnswer {
  detectionRun: {
    status: string;
    progress: { completed: number; total: number };
    timing: { meanMsPerImage: number; imagesPerSecond: number };
  };
}

export async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-bench-'));
  const product = await startProduct({ DATA_DIR: dataDir });
  try {
    report('at rest', await probeWhile(product, () => sleep(AT_REST_MS)));
    const { runDetection } = await product.query<{ runDetection: { run: { id: string } } }>(RUN, {
      key: String(Date.now()),
    });
    let last: RunAnswer['detectionRun'] | undefined;
    const times = await probeWhile(product, async () => {
      do {
        await sleep(250);
        last = (await product.query<RunAnswer>(STATE, { id: runDetection.run.id })).detectionRun;
      } while (['QUEUED', 'RUNNING'].includes(last.status));
    });
    report(`during a run of ${last?.progress.total} images (${last?.status})`, times);
    console.log(
      `run: ${last?.timing.meanMsPerImage.toFixed(1)} ms per image, ${last?.timing.imagesPerSecond.toFixed(1)} images/s`,
    );
  } finally {
    await product.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function probeWhile(product: RunningProduct, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  const probe = async (): Promise<void> => {
    const started = performance.now();
    await product.query('{ __typename }');
    times.push(performance.now() - started);
  };
  const underWay: Promise<void>[] = [];
  const timer = setInterval(() => underWay.push(probe()), EVERY_MS);
  await work();
  clearInterval(timer);
  await Promise.all(underWay);
  return times;
}

function report(when: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
  console.log(
    `{ __typename } ${when}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms over ${times.length} probes`,
  );
}
