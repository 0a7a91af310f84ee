import type { DetectorManifest } from './manifest';
import {
  checkTensor,
  type FloatTensor,
  listNames,
  ModelRefused,
  openGraph,
  type SessionOptions,
  testPattern,
} from './session';

/** A loaded detector. */
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

/** Boxes of two providers on the same input may differ by rounding, in input pixels and in score. */
const BOXES_TOLERANCE_PX = 0.5;
const SCORE_TOLERANCE = 1e-2;

/**
 * Loads a detector on one provider.
 *
 * @throws ModelRefused when the checksum, the inputs or the outputs do not fit the manifest
 * @throws Error when the provider does not start or does not prove itself
 */
export async function openSession(
  onnxPath: string,
  { onnx, input, output, classes }: DetectorManifest,
  options: SessionOptions,
): Promise<Session> {
  const shape = [1, input.channels.length, input.height, input.width];
  const size = shape.reduce((a, b) => a * b);
  const graph = await openGraph(
    {
      onnxPath,
      sha256: onnx.sha256,
      opset: onnx.opset,
      check({ inputs, outputs }) {
        if (inputs.length !== 1)
          throw new ModelRefused(
            `input.tensor: expected one input "${input.tensor}", the graph has ${listNames(inputs)}.`,
          );
        checkTensor(inputs, { field: 'input.tensor', name: input.tensor, wanted: shape });
        checkTensor(outputs, { field: 'output.boxes', name: output.boxes, wanted: [null, 4] });
        checkTensor(outputs, { field: 'output.scores', name: output.scores, wanted: [null, classes.length] });
      },
      testFeeds: () => ({ [input.tensor]: { data: testPattern(size), shape } }),
      tolerance: { [output.boxes]: BOXES_TOLERANCE_PX, [output.scores]: SCORE_TOLERANCE },
    },
    options,
  );
  return {
    async run(data) {
      const answers = await graph.run({ [input.tensor]: { data, shape } });
      const boxes = floats(answers, output.boxes);
      const scores = floats(answers, output.scores);
      return { boxes: boxes.data, boxesShape: boxes.shape, scores: scores.data, scoresShape: scores.shape };
    },
    release: () => graph.release(),
  };
}

/** @throws Error when the network did not answer it */
export function floats(answers: Record<string, FloatTensor>, name: string): FloatTensor {
  const tensor = answers[name];
  if (!tensor) throw new Error(`Output "${name}" is no float32 tensor.`);
  return tensor;
}
