/**
 * One key slice from its files to boxes with the shipped detector on the CPU, by stage, on one and two threads, beside the network alone
 * in a bare session of the same runtime, which is the limit. Sequential; wall times are medians, the first tenth is warm-up; files come
 * from the page cache. The server's own way (the same through its inference process) comes last, and its boxes are compared with ours.
 */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InferenceHost, type ModelFolder, readModelFolder, type StageTimes } from '../src/detection';
import { detect } from '../src/detection/detect';
import { openSession } from '../src/detection/detectorSession';
import { slicePath } from '../src/imaging';

const REPEATS = 40;
const WARM_UP = REPEATS / 10;
const MODEL = resolve(__dirname, '../models/phantom-single');
const KEY = { fileName: '000001_01_01_109.png', sliceIndex: 109, sliceIntervalMm: 5 };
const STAND_IN = { fileName: '000001_01_01_017.png', sliceIndex: 17, sliceIntervalMm: 5 };
const STAGES: (keyof StageTimes)[] = ['decodeMs', 'prepareMs', 'networkMs', 'postprocessMs'];

/** The published slice where it is on this machine, else the smaller phantom slice of the parity tests. */
function findTarget() {
  const real = resolve(process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../shared/deeplesion'), 'Images_png');
  const published = existsSync(slicePath(real, KEY.fileName));
  const imageRoot = published ? real : resolve(__dirname, '../test/fixtures/parity/Images_png');
  const key = published ? KEY : STAND_IN;
  return { published, target: { ...key, imageRoot, width: 512, height: 512, pixelConvention: 'ONE_BASED' as const } };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function repeat<T>(task: () => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let i = 0; i < REPEATS; i++) answers.push(await task());
  return answers.slice(WARM_UP);
}

async function wall(task: () => Promise<unknown>): Promise<number> {
  const times = await repeat(async () => {
    const started = performance.now();
    await task();
    return performance.now() - started;
  });
  return median(times);
}

/** The limit: the network on a tensor that is there already. */
async function bareSession({ onnxPath, manifest }: ModelFolder, threads: number): Promise<number> {
  const session = await InferenceSession.create(onnxPath, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
  });
  const { tensor, width, height, channels } = manifest.input;
  const data = Float32Array.from({ length: channels.length * width * height }, (_, i) => Math.sin(i / 7));
  const input = new Tensor('float32', data, [1, channels.length, height, width]);
  const ms = await wall(() => session.run({ [tensor]: input }));
  await session.release();
  return ms;
}

function report(name: string, ms: number, note = ''): void {
  console.log(`  ${name.padEnd(42)} ${ms.toFixed(1).padStart(7)} ms${note && `  ${note}`}`);
}

export async function main(): Promise<void> {
  const { published, target } = findTarget();
  const model = await readModelFolder(MODEL);
  const { name, version, input, defaults } = model.manifest;
  console.log(
    `${name}@${version}, input ${input.channels.length} × ${input.height} × ${input.width}; slice ${target.fileName}, 512 × 512, ${published ? 'published' : 'phantom'}; Node ${process.version}; ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`,
  );
  for (const threads of [1, 2]) {
    console.log(`CPU, ${threads} thread${threads > 1 ? 's' : ''}, median of ${REPEATS - WARM_UP}:`);
    const limit = await bareSession(model, threads);
    const session = await openSession(model.onnxPath, model.manifest, {
      executionProvider: 'cpu',
      threads,
      mustBeatCpu: false,
    });
    const outcomes = await repeat(() => detect(target, model.manifest, session, defaults));
    await session.release();
    const stages = STAGES.map((stage) => median(outcomes.map(({ times }) => times[stage])));
    for (const [at, stage] of STAGES.entries()) report(stage.replace(/Ms$/, ''), stages[at]!);
    report('whole slice', median(outcomes.map(({ times }) => STAGES.reduce((sum, stage) => sum + times[stage], 0))));
    report('limit: the network alone, bare session', limit);

    const host = new InferenceHost({ executionProviders: ['cpu'], threads });
    const viaProcess = await wall(() => host.detect(model, target, defaults));
    const answer = await host.detect(model, target, defaults);
    const same = JSON.stringify(answer.boxes) === JSON.stringify(outcomes[0]?.boxes);
    host.stop('The benchmark is over.');
    if (!same) throw new Error('The inference process answers other boxes than the same code here.');
    report(
      'whole slice through the inference process',
      viaProcess,
      `${(1000 / viaProcess).toFixed(1)} slices a second, the same boxes`,
    );
  }
}
