import { decodePng16Here, loadStack, type PlacedSlice, prepareTensor, tensorLength } from '../imaging';
import { BadModelOutput, type DetectedBox, decodeBoxes, type ImageFrame, type Selection } from './decodeBoxes';
import type { Session } from './detectorSession';
import type { DetectorManifest } from './manifest';

/** A key slice on disk that a detector is asked about. */
export interface DetectionTarget extends Pick<ImageFrame, 'pixelConvention'>, PlacedSlice {
  sliceIndex: number;
  sliceIntervalMm: number | null;
}

/** Wall-clock time of each stage in ms. The first two may pass while the model is at another slice. */
export interface StageTimes {
  decodeMs: number;
  prepareMs: number;
  networkMs: number;
  postprocessMs: number;
}

export interface DetectionOutcome {
  boxes: DetectedBox[];
  times: StageTimes;
  /** whether the key slice's file is another one than when it was imported; null if no checksum was taken then */
  pixelsChanged: boolean | null;
}

/** A slice as a detector takes it. */
export interface PreparedSlice {
  /** CHW */
  tensor: Float32Array<ArrayBuffer>;
  pixelsChanged: DetectionOutcome['pixelsChanged'];
  times: Pick<StageTimes, 'decodeMs' | 'prepareMs'>;
}

/**
 * The first half of a slice's way: files → Hounsfield stack → tensor. It blocks the thread that calls it.
 *
 * @param into an old tensor, which is written over where it has the right length: fresh memory of its size takes longer than the windows
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

/** A slice that a detector is asked about, prepared. */
export interface Question {
  prepared: PreparedSlice;
  image: ImageFrame;
  selection: Selection;
}

/**
 * The second half: tensors → model → boxes of each image, or what is wrong with them.
 *
 * @param questions one where the detector takes no more at once
 * @returns in their order; each slice's share of the network's time
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
