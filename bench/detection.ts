/**
 * Key slices from their files to boxes with a shipped detector on the CPU, per stage and as a stream, compared with the
 * same weights in PyTorch on as many cores (`PYTHON` names a Python with the packages of training/requirements.txt),
 * and with only the model in a bare session of the same runtime, which is the limit. Both must find the same boxes.
 * `taskset -c 0 npm run bench -- detection` gives all of them one core. MODEL names another model folder, CHECKPOINT
 * the checkpoint that it was exported from.
 *
 * Times are medians, files come from the page cache, and the first tenth (for the peer, the first round) is warm-up.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodePng16, readSlice, slicePath } from '../src/imaging';
import { resizePicture } from '../src/imaging/resample';
import {
  type DetectedBox,
  type DetectionOutcome,
  type DetectionTarget,
  findExecutionProviders,
  InferenceHost,
  type ModelFolder,
  readModelFolder,
  type StageTimes,
} from '../src/inference';

/** Rounds over all slices. */
const ROUNDS = Number(process.env.ROUNDS ?? 4);
const MOST_SLICES = 100;
const SLICES_OF_SIZE = 12;
const BARE_RUNS = 40;
/** The stored value of 0 HU. */
const STORED_ZERO = 32768;
const MODEL = resolve(process.env.MODEL ?? resolve(__dirname, '../models/phantom-single'));
const STAGES: (keyof StageTimes)[] = ['decodeMs', 'prepareMs', 'networkMs', 'postprocessMs'];
const COLUMNS = ['decoding', 'tensor', 'model', 'boxes', 'sum', 'CPU'];
/** The paper's time per slice, on a Titan X GPU with another model. */
const PAPER_MS = 88;
/** Differences of a box and a score that rounding of the tensors may cause (training/parity.py). */
const BOX_TOLERANCE_PX = 0.5;
const SCORE_TOLERANCE = 1e-3;

interface Slices {
  kind: 'published' | 'phantom';
  /** folder in DeepLesion's layout */
  root: string;
  targets: DetectionTarget[];
}

/**
 * Slices of a phantom set (PHANTOMS names its folder), else every published slice if this machine has them, else the
 * slices of the parity tests.
 */
function findSlices(): Slices {
  const published = resolve(process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../shared/deeplesion'));
  const phantoms = process.env.PHANTOMS;
  if (phantoms) return { kind: 'phantom', root: resolve(phantoms), targets: slicesOf(resolve(phantoms)) };
  if (existsSync(slicePath(resolve(published, 'Images_png'), '000001_01_01_109.png')))
    return { kind: 'published', root: published, targets: slicesOf(published) };
  const fixture = resolve(__dirname, '../test/fixtures/parity');
  return { kind: 'phantom', root: fixture, targets: slicesOf(fixture) };
}

/** Every slice that has both neighbours; at most MOST_SLICES. */
function slicesOf(root: string): DetectionTarget[] {
  const imageRoot = resolve(root, 'Images_png');
  const targets = readdirSync(imageRoot).flatMap((series) => {
    const files = readdirSync(resolve(imageRoot, series)).sort();
    const indices = new Set(files.map((file) => Number.parseInt(file, 10)));
    return files.flatMap((file): DetectionTarget[] => {
      const sliceIndex = Number.parseInt(file, 10);
      if (!indices.has(sliceIndex - 1) || !indices.has(sliceIndex + 1)) return [];
      const place = { imageRoot, fileName: `${series}_${file}`, sliceIndex, sliceIntervalMm: 5 };
      return [{ ...place, width: 512, height: 512, pixelConvention: 'ONE_BASED', pixelSha256: null }];
    });
  });
  return targets.slice(0, MOST_SLICES);
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The limit: only the model, on tensors that are there already. @returns ms per slice */
async function bareSession(
  { onnxPath, manifest }: ModelFolder,
  { executionProvider, threads, batchSize }: { executionProvider: string; threads: number; batchSize: number },
): Promise<number> {
  const session = await InferenceSession.create(onnxPath, {
    executionProviders: [executionProvider],
    intraOpNumThreads: threads,
    graphOptimizationLevel: 'all',
  });
  const { tensor, width, height, channels } = manifest.input;
  const shape = [batchSize, channels.length, height, width];
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i / 7));
  const input = new Tensor('float32', data, shape);
  const times: number[] = [];
  for (let i = 0; i < BARE_RUNS; i++) {
    const started = performance.now();
    await session.run({ [tensor]: input });
    times.push(performance.now() - started);
  }
  await session.release();
  return median(times.slice(BARE_RUNS / 10)) / batchSize;
}

/** What a contender did with all slices. */
interface Measured {
  boxes: readonly (readonly DetectedBox[])[];
  stages: readonly number[];
  imagesPerSecond: number;
  /** processor time of all threads per slice, in ms: a measure that other work on the machine hardly changes */
  cpuMs: number;
}

/** Processor time of a process so far, in ms; NaN if the system has no /proc. */
function cpuTimeOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return Number.NaN;
  }
}

interface OwnOptions {
  executionProvider: 'cuda' | 'webgpu' | 'cpu';
  threads: number;
  /** whether requests are sent ahead of the responses, as a run does */
  ahead: boolean;
  /** batch size of the model; omitted: the one that the product chooses */
  batchSize?: number;
}

/** As the product does it: through its inference process. */
async function measureOurs(
  model: ModelFolder,
  targets: readonly DetectionTarget[],
  { executionProvider, ahead, ...options }: OwnOptions,
): Promise<Measured & { batchSize: number }> {
  const host = new InferenceHost({ executionProviders: [executionProvider], ...options });
  const { batchSize, upcoming } = await host.open(model);
  const depth = ahead ? { inFlight: 2 * batchSize, upcoming } : { inFlight: 1, upcoming: 0 };
  const all = Array.from({ length: ROUNDS }, () => targets).flat();
  const first = (await askAll(host, model, targets, depth)).map(({ boxes }) => boxes);
  const pid = host.processId ?? -1;
  const cpuBefore = cpuTimeOf(pid);
  const started = performance.now();
  const outcomes = await askAll(host, model, all, depth);
  const seconds = (performance.now() - started) / 1000;
  const cpuMs = (cpuTimeOf(pid) - cpuBefore) / outcomes.length;
  host.stop('The benchmark is over.');
  const stages = STAGES.map((stage) => median(outcomes.map(({ times }) => times[stage])));
  return { boxes: first, stages, imagesPerSecond: outcomes.length / seconds, cpuMs, batchSize };
}

/** Requests the slices, with at most so many requests in progress. */
async function askAll(
  host: InferenceHost,
  model: ModelFolder,
  targets: readonly DetectionTarget[],
  { inFlight, upcoming }: { inFlight: number; upcoming: number },
): Promise<DetectionOutcome[]> {
  const asked: Promise<DetectionOutcome>[] = [];
  const outcomes: DetectionOutcome[] = [];
  for (const at of targets.keys()) {
    while (asked.length < inFlight && at + asked.length < targets.length) {
      const next = at + asked.length;
      const following = targets.slice(next + 1, next + 1 + upcoming);
      asked.push(host.detect(model, targets[next]!, model.manifest.defaults, following));
    }
    outcomes.push(await asked.shift()!);
  }
  return outcomes;
}

/** The same weights in PyTorch. */
function measurePyTorch(
  python: string,
  root: string,
  targets: readonly DetectionTarget[],
  options: { threads: number; ahead: boolean },
): Measured & { torch: string } {
  const slices = targets.map(({ fileName, sliceIntervalMm, width, height }) => ({
    root,
    fileName,
    intervalMm: sliceIntervalMm,
    width,
    height,
  }));
  const request = { model: MODEL, checkpoint: process.env.CHECKPOINT ?? null, repeats: ROUNDS, slices, ...options };
  const { status, stdout, stderr } = spawnSync(python, [resolve(__dirname, '../training/throughput.py')], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`training/throughput.py ended with ${status}: ${stderr}`);
  const answer: Pick<Measured, 'imagesPerSecond' | 'cpuMs'> & {
    boxes: number[][][];
    stages: Record<string, number[]>;
    torch: string;
  } = JSON.parse(stdout);
  const boxes = answer.boxes.map((one) =>
    one.map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0]) => ({ x1, y1, x2, y2, score, classIndex: 0 })),
  );
  const stages = Object.values(answer.stages).map(median);
  const { imagesPerSecond, cpuMs, torch } = answer;
  return { boxes, stages, imagesPerSecond, cpuMs, torch };
}

/** @throws Error if a box of one has no counterpart in the other, except for those whose score is at the threshold */
function requireSameBoxes(ours: Measured['boxes'], theirs: Measured['boxes'], threshold: number): number {
  let compared = 0;
  for (const [image, own] of ours.entries())
    for (const [from, to] of [
      [own, theirs[image] ?? []],
      [theirs[image] ?? [], own],
    ] as const)
      for (const box of from) {
        const twin = to.some(
          (other) =>
            Math.abs(other.score - box.score) < SCORE_TOLERANCE &&
            (['x1', 'y1', 'x2', 'y2'] as const).every((edge) => Math.abs(other[edge] - box[edge]) < BOX_TOLERANCE_PX),
        );
        if (!twin && box.score > threshold + SCORE_TOLERANCE)
          throw new Error(`Slice ${image}: a box with score ${box.score} has no counterpart in the other result.`);
        compared++;
      }
  return compared;
}

function report(name: string, { stages, imagesPerSecond, cpuMs }: Measured, peer?: Measured): void {
  const sum = stages.reduce((a, b) => a + b, 0);
  const columns = [...stages, sum, cpuMs].map((ms) => ms.toFixed(1).padStart(9)).join('');
  const ratio = peer
    ? `   ${(imagesPerSecond / peer.imagesPerSecond).toFixed(2)} × slices/s, ${(peer.cpuMs / cpuMs).toFixed(2)} × by processor time`
    : '';
  console.log(`  ${name.padEnd(46)}${columns}${imagesPerSecond.toFixed(2).padStart(11)}${ratio}`);
}

export async function main(): Promise<void> {
  const { kind, root, targets } = findSlices();
  const model = await readModelFolder(MODEL);
  const { name, version, input, defaults } = model.manifest;
  const cores = availableParallelism();
  console.log(
    `${name}@${version}, input ${input.channels.length} × ${input.height} × ${input.width}; ` +
      `${targets.length} ${kind} slices of 512 × 512, ${ROUNDS} rounds; Node ${process.version}; ` +
      `${cores} of ${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown CPU'}`,
  );
  console.log(
    `  ${'median ms per slice'.padEnd(46)}${COLUMNS.map((column) => column.padStart(9)).join('')}   slices/s`,
  );

  const python = process.env.PYTHON;
  const peers: Measured[] = [];
  if (python) {
    for (const ahead of [false, true]) {
      const peer = measurePyTorch(python, root, targets, { threads: cores, ahead });
      report(
        `PyTorch ${peer.torch}, ${cores} thread${cores > 1 ? 's' : ''}${ahead ? ', slices prepared ahead' : ''}`,
        peer,
      );
      peers.push(peer);
    }
  } else console.log('  PyTorch: skipped, because PYTHON names no Python');
  const [best] = [...peers].sort((a, b) => b.imagesPerSecond - a.imagesPerSecond);

  let boxes: Measured['boxes'] = [];
  for (const threads of new Set([1, cores]))
    for (const ahead of [false, true]) {
      const ours = await measureOurs(model, targets, { executionProvider: 'cpu', threads, ahead });
      report(
        `server, model on ${threads} thread${threads > 1 ? 's' : ''}${ahead ? ', slices prepared ahead' : ''}`,
        ours,
        best,
      );
      boxes = ours.boxes;
    }
  for (const peer of peers) {
    const compared = requireSameBoxes(boxes, peer.boxes, defaults.scoreThreshold);
    console.log(`  the same boxes in both languages: ${compared} compared`);
  }
  for (const threads of new Set([1, cores])) {
    const limit = await bareSession(model, { executionProvider: 'cpu', threads, batchSize: 1 });
    console.log(
      `  limit, only the model on ${threads} thread${threads > 1 ? 's' : ''} in a bare session: ${limit.toFixed(1)} ms`,
    );
  }
  await reportSizes(model, targets);
  await reportProviders(model, targets, boxes);
}

/** The same slices enlarged to DeepLesion's other sizes: the model's input stays, reading and preprocessing grow. */
async function reportSizes(model: ModelFolder, targets: readonly DetectionTarget[]): Promise<void> {
  console.log('  by image size, on the CPU');
  for (const side of [512, 768, 1024]) {
    const folder = mkdtempSync(join(tmpdir(), 'detection-bench-'));
    try {
      const enlarged = await Promise.all(targets.slice(0, SLICES_OF_SIZE).map((one) => enlarge(one, side, folder)));
      const options = { executionProvider: 'cpu', threads: availableParallelism(), ahead: true } as const;
      report(`  ${side} × ${side}`, await measureOurs(model, enlarged, options));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Writes a slice and its neighbours at another size. */
async function enlarge(target: DetectionTarget, side: number, imageRoot: string): Promise<DetectionTarget> {
  const { fileName, sliceIndex } = target;
  for (const index of [sliceIndex - 1, sliceIndex, sliceIndex + 1]) {
    const slice = await readSlice(slicePath(target.imageRoot, fileName, index), target.imageRoot);
    const hounsfield = resizePicture(slice.hounsfield, slice, { width: side, height: side });
    const path = slicePath(imageRoot, fileName, index);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(
      path,
      encodePng16(
        Uint16Array.from(hounsfield, (value) => value + STORED_ZERO),
        side,
        side,
      ),
    );
  }
  return { ...target, imageRoot, width: side, height: side };
}

/**
 * Milliseconds per slice by execution provider and batch size; providers that this machine does not have are printed
 * with the reason.
 */
async function reportProviders(
  model: ModelFolder,
  targets: readonly DetectionTarget[],
  boxes: Measured['boxes'],
): Promise<void> {
  const { width, height } = model.manifest.input;
  console.log(`  files to boxes by provider, 512 × 512 → ${width} × ${height}; the paper: ${PAPER_MS} ms`);
  for (const { executionProvider, available, reason } of await findExecutionProviders()) {
    if (!available) {
      console.log(`    ${executionProvider.padEnd(8)} not measured: ${reason}`);
      continue;
    }
    for (const batchSize of executionProvider === 'cpu' ? [undefined] : [1, 4, 16, undefined]) {
      const options = { executionProvider, threads: availableParallelism(), ahead: true, batchSize };
      const measured = await measureOurs(model, targets, options);
      const chosen = batchSize === undefined ? ', the size it chooses' : '';
      report(`  ${executionProvider}, batches of ${measured.batchSize}${chosen}`, measured);
      const compared = requireSameBoxes(boxes, measured.boxes, model.manifest.defaults.scoreThreshold);
      const bare = await bareSession(model, { ...options, batchSize: measured.batchSize });
      console.log(
        `      ${(1000 / measured.imagesPerSecond).toFixed(2)} ms per slice, ${bare.toFixed(2)} ms only the model; ` +
          `${compared} boxes as on the CPU`,
      );
    }
    if (executionProvider === 'cpu') continue;
    const alone = await measureOurs(model, targets, {
      executionProvider,
      threads: availableParallelism(),
      ahead: false,
    });
    report(`  ${executionProvider}, one after another`, alone);
  }
}
