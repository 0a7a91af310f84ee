/** The only file that knows ONNX Runtime. It is loaded in the inference process alone: `run` blocks the thread that calls it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../errors';
import type { DetectorManifest } from './manifest';

export type ExecutionProvider = 'cuda' | 'webgpu' | 'cpu';

/** A loaded network. */
export interface Session {
  /** @param input NCHW with batch 1 */
  run(input: Float32Array): Promise<RawOutput>;
  release(): Promise<void>;
}

/** What the network answered, unchecked: boxes [N, 4] and scores [N, K] with their shapes. */
export interface RawOutput {
  boxes: Float32Array;
  boxesShape: readonly number[];
  scores: Float32Array;
  scoresShape: readonly number[];
}

/** How a network is loaded. */
export interface SessionOptions {
  executionProvider: ExecutionProvider;
  /** threads of one run */
  threads: number;
  /** refuse a provider that is slower than the CPU, as a GPU that software imitates is */
  mustBeatCpu: boolean;
}

/** The file or its graph is not what its manifest says; no other provider would change that. */
export class ModelRefused extends Error {}

/** Boxes of two providers on the same input may differ by rounding, in input pixels and in score. */
const SELF_TEST_TOLERANCE = { boxesPx: 0.5, score: 1e-2 };

/**
 * Loads a network on one provider. Where that is not the CPU, it has to answer a test input as the CPU does.
 *
 * The file is read once, and what was read is what was checked: a file that is changed after its check is refused, and a graph that
 * keeps weights in other files cannot be loaded at all.
 *
 * @throws ModelRefused when the checksum, the inputs or the outputs do not fit the manifest
 * @throws Error when the provider does not start or does not prove itself
 */
export async function openSession(
  onnxPath: string,
  manifest: DetectorManifest,
  options: SessionOptions,
): Promise<Session> {
  const bytes = await readChecked(onnxPath, manifest.onnx.sha256);
  const session = await create(bytes, options.executionProvider, options.threads);
  try {
    checkSignature(session, manifest);
    const run = runner(session, manifest);
    if (options.executionProvider !== 'cpu') await selfTest(run, bytes, manifest, options);
    return { run, release: () => session.release() };
  } catch (thrown) {
    await session.release();
    throw thrown;
  }
}

async function readChecked(onnxPath: string, sha256: string): Promise<Uint8Array> {
  const bytes = await readFile(onnxPath);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new ModelRefused(`onnx.sha256: the file has ${found}, the manifest says ${sha256}.`);
  return bytes;
}

async function create(bytes: Uint8Array, provider: ExecutionProvider, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    });
  } catch (thrown) {
    throw new Error(publicReason(thrown), { cause: thrown });
  }
}

/** The runtime's first line, without the source file that it begins with where a provider's own set-up failed. */
function publicReason(thrown: unknown): string {
  const [line = ''] = messageOf(thrown).split('\n');
  return /^\/\S+\.(cc|h):\d+/.test(line) ? 'does not start on this machine' : line;
}

function checkSignature(session: InferenceSession, { input, output, classes }: DetectorManifest): void {
  const wanted = [1, input.channels.length, input.height, input.width];
  const found = session.inputMetadata.find(({ name }) => name === input.tensor);
  if (session.inputNames.length !== 1 || !found?.isTensor) {
    throw new ModelRefused(
      `input.tensor: expected one input "${input.tensor}", the graph has ${list(session.inputNames)}.`,
    );
  }
  if (found.type !== 'float32')
    throw new ModelRefused(`input.tensor: expected float32, the graph takes ${found.type}.`);
  if (!fits(found.shape, wanted)) {
    throw new ModelRefused(
      `input: expected the shape [${wanted}] of channels, height and width, the graph takes [${found.shape}].`,
    );
  }
  checkOutput(session, 'boxes', output.boxes, 4);
  checkOutput(session, 'scores', output.scores, classes.length);
}

function checkOutput(session: InferenceSession, field: 'boxes' | 'scores', name: string, columns: number): void {
  const answer = session.outputMetadata.find((one) => one.name === name);
  if (!answer?.isTensor)
    throw new ModelRefused(
      `output.${field}: expected an output "${name}", the graph has ${list(session.outputNames)}.`,
    );
  if (answer.type !== 'float32')
    throw new ModelRefused(`output.${field}: expected float32, the graph answers ${answer.type}.`);
  if (!fits(answer.shape, [null, columns]))
    throw new ModelRefused(`output.${field}: expected the shape [N, ${columns}], the graph answers [${answer.shape}].`);
}

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** Symbolic dimensions (a name in place of a number) and null fit anything. */
function fits(shape: readonly (number | string)[], wanted: readonly (number | null)[]): boolean {
  return (
    shape.length === wanted.length &&
    shape.every((size, axis) => typeof size === 'string' || size < 0 || wanted[axis] === null || size === wanted[axis])
  );
}

function runner(session: InferenceSession, { input, output }: DetectorManifest): Session['run'] {
  const shape = [1, input.channels.length, input.height, input.width];
  return async (data) => {
    const answers = await session.run({ [input.tensor]: new Tensor('float32', data, shape) });
    const boxes = floats(answers[output.boxes], output.boxes);
    const scores = floats(answers[output.scores], output.scores);
    return { boxes: boxes.data, boxesShape: boxes.shape, scores: scores.data, scoresShape: scores.shape };
  };
}

function floats(tensor: Tensor | undefined, name: string): { data: Float32Array; shape: readonly number[] } {
  if (!(tensor?.data instanceof Float32Array)) throw new Error(`Output "${name}" is no float32 tensor.`);
  return { data: tensor.data, shape: tensor.dims };
}

/** @throws Error when the provider answers otherwise than the CPU, or is slower where it must not be */
async function selfTest(
  run: Session['run'],
  bytes: Uint8Array,
  manifest: DetectorManifest,
  { threads, mustBeatCpu }: SessionOptions,
): Promise<void> {
  const { width, height, channels } = manifest.input;
  const size = channels.length * width * height;
  const input = Float32Array.from({ length: size }, (_, i) => Math.sin(i / 7) * Math.cos(i / 1013));
  const reference = await create(bytes, 'cpu', threads);
  try {
    const expected = await timed(runner(reference, manifest), input);
    const answer = await timed(run, input);
    const differs =
      difference(expected.output.boxes, answer.output.boxes) > SELF_TEST_TOLERANCE.boxesPx ||
      difference(expected.output.scores, answer.output.scores) > SELF_TEST_TOLERANCE.score;
    if (differs) throw new Error('answers a test input otherwise than the CPU');
    if (mustBeatCpu && answer.ms > expected.ms)
      throw new Error(`slower than the CPU (${Math.round(answer.ms)} ms against ${Math.round(expected.ms)} ms)`);
  } finally {
    await reference.release();
  }
}

/** The second run's time: in the first one a GPU compiles its programs. */
async function timed(run: Session['run'], input: Float32Array): Promise<{ output: RawOutput; ms: number }> {
  await run(input.slice());
  const started = performance.now();
  const output = await run(input.slice());
  return { output, ms: performance.now() - started };
}

/** Largest difference; Infinity where the lengths differ or a number is none. */
function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i]! - b[i]!);
    if (!(d <= largest)) largest = Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  }
  return largest;
}
