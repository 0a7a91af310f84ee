/** The only file that knows ONNX Runtime. It is loaded in the inference process alone: `run` blocks the thread that calls it. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../errors';
import type { DetectorManifest } from './manifest';

export type ExecutionProvider = 'cuda' | 'webgpu' | 'cpu';

/** A loaded network. */
export interface Session {
  executionProvider: ExecutionProvider;
  /** providers that were tried before and why they were left */
  warnings: string[];
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

/** Boxes of two providers on the same input may differ by rounding, in input pixels and in score. */
const SELF_TEST_TOLERANCE = { boxesPx: 0.5, score: 1e-2 };

/**
 * Loads a network on the first provider that starts and, where that is not the CPU, answers a test input as the CPU does.
 *
 * @param providers in the order in which they are tried
 * @throws Error when none starts, with the reason of each
 */
export async function openSession(
  onnxPath: string,
  manifest: DetectorManifest,
  providers: readonly ExecutionProvider[],
  threads: number,
): Promise<Session> {
  const warnings: string[] = [];
  for (const executionProvider of providers) {
    try {
      const session = await create(onnxPath, executionProvider, threads);
      checkSignature(session, manifest);
      const run = runner(session, manifest);
      if (executionProvider !== 'cpu') await selfTest(run, onnxPath, manifest, threads);
      return { executionProvider, warnings, run, release: () => session.release() };
    } catch (thrown) {
      if (thrown instanceof SignatureMismatch) throw thrown;
      warnings.push(`${executionProvider}: ${publicReason(thrown, onnxPath)}`);
    }
  }
  throw new Error(`No execution provider could load the model. ${warnings.join('; ')}`);
}

/** The runtime's first line, without its source files and our folders. */
function publicReason(thrown: unknown, onnxPath: string): string {
  const [line = ''] = messageOf(thrown).replaceAll(onnxPath, 'model.onnx').split('\n');
  return /^\/\S+\.(cc|h):\d+/.test(line) ? 'does not start on this machine' : line;
}

/** The graph is not what its manifest says; no other provider would change that. */
class SignatureMismatch extends Error {}

function create(onnxPath: string, provider: ExecutionProvider, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(onnxPath, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  });
}

function checkSignature(session: InferenceSession, { input, output, classes }: DetectorManifest): void {
  const wanted = [1, input.channels.length, input.height, input.width];
  const found = session.inputMetadata.find(({ name }) => name === input.tensor);
  if (session.inputNames.length !== 1 || !found?.isTensor) {
    throw new SignatureMismatch(
      `input.tensor: expected one input "${input.tensor}", the graph has ${list(session.inputNames)}.`,
    );
  }
  if (found.type !== 'float32')
    throw new SignatureMismatch(`input.tensor: expected float32, the graph takes ${found.type}.`);
  if (!fits(found.shape, wanted)) {
    throw new SignatureMismatch(
      `input: expected the shape [${wanted}] of channels, height and width, the graph takes [${found.shape}].`,
    );
  }
  for (const [field, name, width] of [
    ['boxes', output.boxes, 4],
    ['scores', output.scores, classes.length],
  ] as const) {
    const answer = session.outputMetadata.find((one) => one.name === name);
    if (!answer?.isTensor)
      throw new SignatureMismatch(
        `output.${field}: expected an output "${name}", the graph has ${list(session.outputNames)}.`,
      );
    if (answer.type !== 'float32')
      throw new SignatureMismatch(`output.${field}: expected float32, the graph answers ${answer.type}.`);
    if (!fits(answer.shape, [null, width]))
      throw new SignatureMismatch(
        `output.${field}: expected the shape [N, ${width}], the graph answers [${answer.shape}].`,
      );
  }
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

async function selfTest(
  run: Session['run'],
  onnxPath: string,
  manifest: DetectorManifest,
  threads: number,
): Promise<void> {
  const { width, height, channels } = manifest.input;
  const input = Float32Array.from(
    { length: channels.length * width * height },
    (_, i) => Math.sin(i / 7) * Math.cos(i / 1013),
  );
  const reference = await create(onnxPath, 'cpu', threads);
  try {
    const expected = await runner(reference, manifest)(input.slice());
    const answer = await run(input);
    const differs =
      difference(expected.boxes, answer.boxes) > SELF_TEST_TOLERANCE.boxesPx ||
      difference(expected.scores, answer.scores) > SELF_TEST_TOLERANCE.score;
    if (differs) throw new Error('answers a test input otherwise than the CPU');
  } finally {
    await reference.release();
  }
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
