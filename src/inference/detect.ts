import { decodePng16Here, loadStack, type PlacedSlice, prepareTensor, tensorLength } from '../imaging';
import { BadModelOutput, type DetectedBox, decodeBoxes, type ImageFrame, type Selection } from './decodeBoxes';
import type { Session } from './detectorSession';
import type { DetectorManifest } from './manifest';

/** A key slice on disk, as input of a detector. */
export interface DetectionTarget extends Pick<ImageFrame, 'pixelConvention'>, PlacedSlice {
  sliceIndex: number;
  sliceIntervalMm: number | null;
}

/** Wall-clock time of each stage in ms. The first two may pass during the inference of another slice. */
export interface StageTimes {
  decodeMs: number;
  prepareMs: number;
  networkMs: number;
  postprocessMs: number;
}

export interface DetectionOutcome {
  boxes: DetectedBox[];
  times: StageTimes;
  /** whether the key slice's file differs from that at the import; null if no checksum was computed then */
  pixelsChanged: boolean | null;
}

/** The preprocessed input of a detector. */
export interface PreparedSlice {
  /** CHW */
  tensor: Float32Array<ArrayBuffer>;
  pixelsChanged: DetectionOutcome['pixelsChanged'];
  times: Pick<StageTimes, 'decodeMs' | 'prepareMs'>;
}

/**
 * The preprocessing of a slice: files → Hounsfield stack → tensor. It blocks the thread that calls it.
 *
 * @param into an old tensor, which is overwritten if it has the right length: allocating its memory takes longer than
 *   the windows
 * @throws NotFound, InvalidImage from reading the files
 */
export async function prepareSlice(
  target: DetectionTarget,
  input: DetectorManifest['input'],
  into?: Float32Array<ArrayBuffer>,
): Promise<PreparedSlice> {
  const started = performance.now();
  const offsets = input.channels.map(({ offsetMm }) => offsetMm);
  const stack = await loadStack(target.imageRoot, target, offsets, decodePng16Here);
  const decoded = performance.now();
  const fits = into?.length === tensorLength(input);
  const tensor = prepareTensor(stack, input, fits ? into : undefined);
  const { pixelsChanged } = stack;
  return { tensor, pixelsChanged, times: { decodeMs: decoded - started, prepareMs: performance.now() - decoded } };
}

/** A preprocessed slice, and what its outputs need for boxes. */
export interface Question {
  prepared: PreparedSlice;
  image: ImageFrame;
  selection: Selection;
}

/**
 * The second half: tensors → model → boxes of each image, or what is wrong with them.
 *
 * @param questions at most `batchSize`
 * @returns in their order; `networkMs` is each slice's share of the inference time
 * @throws InferenceError
 */
export async function detect(
  questions: readonly Question[],
  manifest: DetectorManifest,
  session: Session,
): Promise<(DetectionOutcome | BadModelOutput)[]> {
  const started = performance.now();
  const outputs = await session.run(questions.map(({ prepared }) => prepared.tensor));
  const networkMs = (performance.now() - started) / questions.length;
  return questions.map(({ prepared, image, selection }, index) => {
    const begun = performance.now();
    try {
      const boxes = decodeBoxes(outputs[index]!, manifest, selection, image);
      const times = { ...prepared.times, networkMs, postprocessMs: performance.now() - begun };
      return { boxes, times, pixelsChanged: prepared.pixelsChanged };
    } catch (thrown) {
      if (thrown instanceof BadModelOutput) return thrown;
      throw thrown;
    }
  });
}
