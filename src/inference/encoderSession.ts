import { floats } from './detectorSession';
import type { EncoderManifest } from './encoderManifest';
import {
  checkTensor,
  InferenceError,
  ModelRefused,
  openGraph,
  requireSpeed,
  type SessionOptions,
  testPattern,
} from './session';

/** A loaded encoder. */
export interface EncoderSession {
  /**
   * @param crops [count, planes, side, side], each plane in −1 … 1 over its window
   * @param scalars [count, values]
   * @returns [count, dimension]
   * @throws InferenceError also if the output has another shape or contains a value that is not a number
   */
  encode(count: number, crops: Float32Array, scalars: Float32Array): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Features have a deviation near 1; statistics of Hounsfield values lose some digits in float32. */
const TOLERANCE = 0.05;
/** Lesions of the test input. */
const TEST_LESIONS = 2;

/**
 * Loads an encoder on one provider.
 *
 * @throws ModelRefused if the checksum, the inputs or the outputs do not fit the manifest
 * @throws Error if the provider does not start or fails its test
 */
export async function openEncoderSession(
  onnxPath: string,
  { onnx, input: { crops, scalars }, output: { features } }: EncoderManifest,
  options: SessionOptions,
): Promise<EncoderSession> {
  const ofCrops = (count: number | null) => [count, crops.planes.length, crops.side, crops.side] as const;
  const feedsOf = (count: number, cropData: Float32Array, scalarData: Float32Array) => ({
    [crops.tensor]: { data: cropData, shape: [count, ...ofCrops(null).slice(1).map(Number)] },
    [scalars.tensor]: { data: scalarData, shape: [count, scalars.values.length] },
  });
  const testSize = TEST_LESIONS * crops.planes.length * crops.side ** 2;
  const graph = await openGraph(
    {
      onnxPath,
      sha256: onnx.sha256,
      opset: onnx.opset,
      check({ inputs, outputs }) {
        if (inputs.length !== 2) throw new ModelRefused(`input: expected two inputs, the graph has ${inputs.length}.`);
        checkTensor(inputs, { field: 'input.crops.tensor', name: crops.tensor, wanted: ofCrops(null) });
        const shape = [null, scalars.values.length];
        checkTensor(inputs, { field: 'input.scalars.tensor', name: scalars.tensor, wanted: shape });
        const answer = { name: features.tensor, wanted: [null, features.dimension] };
        checkTensor(outputs, { field: 'output.features.tensor', ...answer });
      },
      testFeeds: () => feedsOf(TEST_LESIONS, testPattern(testSize), testPattern(TEST_LESIONS * scalars.values.length)),
      tolerance: { [features.tensor]: TOLERANCE },
    },
    options,
  );
  await requireSpeed(graph, options);
  return {
    async encode(count, cropData, scalarData) {
      const { data, shape } = floats(await graph.run(feedsOf(count, cropData, scalarData)), features.tensor);
      if (shape[0] !== count || data.length !== count * features.dimension)
        throw new InferenceError(
          `Expected [${count}, ${features.dimension}] features, the encoder answered [${shape.join(', ')}].`,
        );
      if (!data.every(Number.isFinite))
        throw new InferenceError('The encoder returned a feature that is not a number.');
      return data;
    },
    release: () => graph.release(),
  };
}
