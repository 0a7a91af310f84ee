import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BadModel,
  edit,
  fillRegistrationBed,
  folder,
  onnx,
  part,
  refuseEach,
  replaceFile,
  scaledBoxes,
} from './registrationBed';

fillRegistrationBed();

/** What the graph or its answer has to be is said in the fixtures' make.py. */
const BAD_MODELS: BadModel[] = [
  {
    is: 'is of a newer format than the runtime reads',
    spoil: () => {
      // The version of the format is the first field of the file.
      const bytes = readFileSync(onnx());
      expect(bytes[0]).toBe(0x08);
      bytes[1] = 14;
      replaceFile(bytes);
    },
    reason: /^onnx\.file: IR version 14, this server reads up to 13: set model\.ir_version = 10 when exporting\.$/,
    argument: 'onnx.file',
  },
  {
    is: 'has no version of its format',
    // Without its first field.
    spoil: () => replaceFile(readFileSync(onnx()).subarray(2)),
    reason: /^onnx\.file: expected IR version 3 … 13, the file has none: export the model again\.$/,
    argument: 'onnx.file',
  },
  ...[0, 2].map((version) => ({
    is: `is of version ${version} of the format`,
    spoil: () => {
      const bytes = readFileSync(onnx());
      bytes[1] = version;
      replaceFile(bytes);
    },
    reason: /^onnx\.file: expected IR version 3 … 13/,
    argument: 'onnx.file',
  })),
  {
    is: 'answers boxes in fractions of the picture',
    spoil: () => replaceFile(scaledBoxes(1 / 8)),
    reason: /^output\.boxes: expected pixels of the input \(8 × 8\).*fractions of the picture/,
    argument: 'output.boxes',
  },
  {
    is: 'is no ONNX file',
    spoil: () => replaceFile(Buffer.from('%PDF-1.7 and so on')),
    reason: /^onnx\.file: expected an ONNX model/,
    argument: 'onnx.file',
  },
  {
    is: 'is half an ONNX file',
    spoil: () => replaceFile(readFileSync(onnx()).subarray(0, 300)),
    reason: /^onnx\.file: expected an ONNX model/,
    argument: 'onnx.file',
  },
  {
    is: 'is an empty file',
    spoil: () => replaceFile(Buffer.alloc(0)),
    reason: /^onnx\.file: .*names no operator set/,
    argument: 'onnx.file',
  },
  {
    is: 'has weights in another file',
    name: 'refused-external',
    spoil: () => rmSync(join(folder('refused-external'), 'weights.bin')),
    reason: /^onnx\.file: .* are in another file/,
    argument: 'onnx.file',
  },
  {
    is: 'comes with the file of its weights',
    name: 'refused-external',
    reason: /got "weights\.bin": all weights belong into model\.onnx/,
    argument: 'folder',
  },
  {
    is: 'is too old',
    name: 'opset-old',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'onnx'), { opset: 7 }), 'opset-old'),
    reason: /^onnx\.opset: expected 7 … 26, the graph uses 6: export the model again/,
    argument: 'onnx.opset',
  },
  {
    is: 'is too new',
    name: 'opset-new',
    reason: /^onnx\.opset: expected 7 … 26, the graph uses 27/,
    argument: 'onnx.opset',
  },
  {
    is: 'is of another operator set than its manifest says',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'onnx'), { opset: 16 })),
    reason: /^onnx\.opset: model\.json says 16, the graph uses 17/,
    argument: 'onnx.opset',
  },
  {
    is: 'uses an operator that is not there',
    name: 'foreign-operator',
    reason: /failed its trial\. .*example\.org/,
    argument: 'model.onnx',
  },
  {
    is: 'takes an input of three axes',
    name: 'input-rank',
    reason: /^input\.tensor: expected the shape \[1, 1, 8, 8\], the graph has \[1, 8, 8\]/,
    argument: 'input.tensor',
  },
  {
    is: 'takes an input of another size',
    name: 'input-size',
    reason: /^input\.tensor: expected the shape \[1, 1, 8, 8\], the graph has \[1, 1, 16, 16\]/,
    argument: 'input.tensor',
  },
  {
    is: 'takes one slice at a time and its manifest says any number',
    name: 'not-any-batch',
    reason: /^output\.boxes: expected the shape \[N, N, 4\], the graph has \[3, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'says that it takes any number of slices and answers the first',
    name: 'one-of-batch',
    reason: /^output\.boxes: expected "boxes" to have an answer for each of 2 slices.*got the shape \[1, 3, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'takes any number of slices and its manifest does not say so',
    name: 'batch-not-said',
    reason: /^output\.boxes: expected the shape \[N, 4\], the graph has \[N, 3, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'takes two inputs',
    name: 'two-inputs',
    reason: /^input\.tensor: expected one input/,
    argument: 'input.tensor',
  },
  {
    is: 'takes an input of another name',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'input'), { tensor: 'slice' })),
    reason: /^input\.tensor: expected an input "slice", the graph has "image"/,
    argument: 'input.tensor',
  },
  {
    is: 'answers no such boxes',
    name: 'refused-name',
    reason: /^output\.boxes: expected an output "rois"/,
    argument: 'output.boxes',
  },
  {
    is: 'answers boxes of three numbers',
    name: 'refused-shape',
    reason: /^output\.boxes: expected the shape \[N, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'answers more classes',
    name: 'classes',
    reason: /^output\.scores: expected the shape \[N, 1\], the graph has \[3, 2\]/,
    argument: 'output.scores',
  },
  {
    is: 'answers whole numbers for scores',
    name: 'integer-scores',
    reason: /^output\.scores: expected float32, the graph has int64/,
    argument: 'output.scores',
  },
  { is: 'answers NaN', name: 'tiny-nan', reason: /failed its trial\. .*NaN/, argument: 'model.onnx' },
  {
    is: 'answers boxes upside down',
    name: 'tiny-inverted',
    reason: /failed its trial\. Box 0 ends before it begins/,
    argument: 'model.onnx',
  },
  {
    is: 'answers scores above 1',
    name: 'tiny-overconfident',
    reason: /failed its trial\. Expected scores in 0\.\.1/,
    argument: 'model.onnx',
  },
  {
    is: 'answers boxes far outside',
    name: 'far-boxes',
    reason: /failed its trial\. Box 1 reaches to 400, far outside of the 8 × 8 pixels/,
    argument: 'model.onnx',
  },
  {
    is: 'never answers',
    name: 'tiny-endless',
    limits: { sliceTimeoutMs: 1_000 },
    reason: /failed its trial\. The model took longer than 1 s and was stopped/,
    argument: 'model.onnx',
  },
  {
    is: 'takes all memory',
    name: 'tiny-hungry',
    limits: { memoryLimitBytes: 500 * 2 ** 20, sliceTimeoutMs: 50_000 },
    reason: /failed its trial\. The model needed more than 0\.5 GiB of memory and was stopped/,
    argument: 'model.onnx',
  },
];

describe('a model folder with an ONNX file', () => {
  refuseEach(BAD_MODELS);
});
