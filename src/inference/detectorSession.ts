import type { DetectorOptions } from './batchSize';
import { chooseBatchSize, ONE_BY_ONE } from './batchSize';
import type { DetectorManifest } from './manifest';
import {
  checkTensor,
  difference,
  type FloatTensor,
  type Graph,
  listNames,
  ModelRefused,
  openGraph,
  requireSpeed,
  testPattern,
} from './session';

/** A loaded detector. */
export interface Session {
  /** batch size */
  readonly batchSize: number;
  /**
   * @param inputs CHW, one per slice; at most `batchSize`
   * @returns the outputs for each, in their order
   */
  run(inputs: readonly Float32Array[]): Promise<RawOutput[]>;
  release(): Promise<void>;
}

/** The outputs of the model, unchecked: boxes [N, 4] and scores [N, K] with their shapes. */
export interface RawOutput {
  boxes: Float32Array;
  boxesShape: readonly number[];
  scores: Float32Array;
  scoresShape: readonly number[];
}

/** Boxes of two providers on the same input may differ by rounding, in input pixels and in score. */
const BOXES_TOLERANCE_PX = 0.5;
const SCORE_TOLERANCE = 1e-2;

/**
 * Loads a detector on one provider.
 *
 * @throws ModelRefused if the checksum, the inputs or the outputs do not fit the manifest
 * @throws Error if the provider does not start or fails its test
 */
export async function openSession(
  onnxPath: string,
  { onnx, input, output, classes }: DetectorManifest,
  options: DetectorOptions,
): Promise<Session> {
  const slice = [input.channels.length, input.height, input.width];
  const size = slice.reduce((a, b) => a * b);
  const batches = input.batch === 'ANY';
  const graph = await openGraph(
    {
      onnxPath,
      sha256: onnx.sha256,
      opset: onnx.opset,
      check: (opened) => checkTensors(opened, { input, output, classes }, slice),
      testFeeds: () => ({ [input.tensor]: { data: testPattern(size), shape: [1, ...slice] } }),
      tolerance: { [output.boxes]: BOXES_TOLERANCE_PX, [output.scores]: SCORE_TOLERANCE },
    },
    options,
  );
  const memory = makeMemory(size);
  // A GPU compiles its programs again if the number of slices changes: a batch that is not full is padded with its
  // first slice.
  const ask = async (inputs: readonly Float32Array[], count: number): Promise<RawOutput[]> => {
    const data = memory(inputs, count);
    const answers = await graph.run({ [input.tensor]: { data, shape: [count, ...slice] } });
    const boxes = floats(answers, output.boxes);
    const scores = floats(answers, output.scores);
    return inputs.map((_, index) => {
      const box = batches ? partOf(boxes, index, count) : boxes;
      const score = batches ? partOf(scores, index, count) : scores;
      return { boxes: box.data, boxesShape: box.shape, scores: score.data, scoresShape: score.shape };
    });
  };
  const letGo = async (thrown: unknown): Promise<never> => {
    await graph.release();
    throw thrown;
  };
  // Created only if batches are tried: on a CPU it would only delay the start.
  let made: Float32Array | undefined;
  const pattern = (): Float32Array => {
    made ??= testPattern(size);
    return made;
  };
  const { batchSize, msOfSlice } = batches
    ? await chooseBatchSize((count) => ask([pattern()], count), size, options).catch(letGo)
    : ONE_BY_ONE;
  if (batchSize > 1) {
    const inputs = [pattern(), pattern().map((value) => value / 2 + 0.25)];
    await proveBatch(ask, inputs, { batchSize, output }).catch(letGo);
  }
  await requireSpeed(graph, options, msOfSlice);
  return { batchSize, run: (inputs) => ask(inputs, batchSize), release: () => graph.release() };
}

/** @throws ModelRefused if the graph's inputs and outputs are not those of the manifest */
function checkTensors(
  { inputs, outputs }: Graph,
  { input, output, classes }: Pick<DetectorManifest, 'input' | 'output' | 'classes'>,
  slice: readonly number[],
): void {
  if (inputs.length !== 1)
    throw new ModelRefused(`input.tensor: expected one input "${input.tensor}", the graph has ${listNames(inputs)}.`);
  const batches = input.batch === 'ANY';
  const axis = batches ? [null] : [];
  checkTensor(inputs, { field: 'input.tensor', name: input.tensor, wanted: [batches ? null : 1, ...slice] });
  checkTensor(outputs, { field: 'output.boxes', name: output.boxes, wanted: [...axis, null, 4] });
  checkTensor(outputs, { field: 'output.scores', name: output.scores, wanted: [...axis, null, classes.length] });
}

/**
 * @throws ModelRefused if the outputs of a batch are not separate per slice
 * @throws Error if the outputs of a slice differ between a batch and the slice alone
 */
async function proveBatch(
  ask: (inputs: readonly Float32Array[], count: number) => Promise<RawOutput[]>,
  inputs: readonly Float32Array[],
  { batchSize, output }: { batchSize: number; output: DetectorManifest['output'] },
): Promise<void> {
  const together = await ask(inputs, batchSize);
  for (const { boxesShape, scoresShape } of together) {
    requireBatch('output.boxes', output.boxes, boxesShape, batchSize);
    requireBatch('output.scores', output.scores, scoresShape, batchSize);
  }
  for (const [index, input] of inputs.entries()) {
    const [alone] = await ask([input], 1);
    const boxes = difference(dataOf(alone?.boxes), dataOf(together[index]?.boxes));
    const scores = difference(dataOf(alone?.scores), dataOf(together[index]?.scores));
    if (boxes > BOXES_TOLERANCE_PX || scores > SCORE_TOLERANCE)
      throw new Error(`answers slices in batches of ${batchSize} otherwise than one by one`);
  }
}

/**
 * The outputs of a batch were cut into slices with two axes each; outputs that could not be cut have kept their shape.
 */
function requireBatch(field: string, name: string, shape: readonly number[], batchSize: number): void {
  if (shape.length === 2) return;
  throw new ModelRefused(
    `${field}: expected "${name}" to have an answer for each of ${batchSize} slices, as input.batch ANY says, ` +
      `got the shape [${shape.join(', ')}]: export the model with a dynamic batch axis, or say ONE.`,
  );
}

const dataOf = (data: Float32Array | undefined): { data: Float32Array } | undefined => data && { data };

/**
 * Concatenates tensors in memory that the next call uses again.
 *
 * @param size length of a tensor
 */
function makeMemory(size: number): (inputs: readonly Float32Array[], count: number) => Float32Array {
  let memory = new Float32Array(0);
  return (inputs, count) => {
    const [first] = inputs;
    if (first && count === 1) return first;
    if (memory.length < count * size) memory = new Float32Array(count * size);
    for (let index = 0; index < count; index++) memory.set(inputs[index] ?? first ?? [], index * size);
    return memory.subarray(0, count * size);
  };
}

/**
 * The part of one slice. Outputs for another number of slices keep their shape, which is refused when boxes are
 * decoded.
 */
function partOf({ data, shape }: FloatTensor, index: number, count: number): FloatTensor {
  if (shape[0] !== count) return { data, shape };
  const size = data.length / count;
  return { data: data.subarray(index * size, (index + 1) * size), shape: shape.slice(1) };
}

/** @throws Error if the model has no such output */
export function floats(answers: Record<string, FloatTensor>, name: string): FloatTensor {
  const tensor = answers[name];
  if (!tensor) throw new Error(`Output "${name}" is not a float32 tensor.`);
  return tensor;
}
