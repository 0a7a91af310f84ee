import { decodePng16Here, loadStack, prepareTensor, tensorLength } from '../imaging';
import { type DetectedBox, decodeBoxes, type ImageFrame, type Selection } from './decodeBoxes';
import type { Session } from './detectorSession';
import type { DetectorManifest } from './manifest';

/** A key slice on disk that a detector is asked about. */
export interface DetectionTarget extends ImageFrame {
  imageRoot: string;
  fileName: string;
  sliceIndex: number;
  sliceIntervalMm: number | null;
}

/** Wall-clock time of each stage in ms. The first two may pass while the network is at another slice. */
export interface StageTimes {
  decodeMs: number;
  prepareMs: number;
  networkMs: number;
  postprocessMs: number;
}

export interface DetectionOutcome {
  boxes: DetectedBox[];
  times: StageTimes;
}

/** A slice as a detector takes it. */
export interface PreparedSlice {
  /** NCHW with batch 1 */
  tensor: Float32Array<ArrayBuffer>;
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
  return { tensor, times: { decodeMs: decoded - started, prepareMs: performance.now() - decoded } };
}

/**
 * The second half: tensor → network → boxes of the image.
 *
 * @throws NetworkFailed; BadModelOutput from an answer that no box can be made of
 */
export async function detect(
  prepared: PreparedSlice,
  image: ImageFrame,
  manifest: DetectorManifest,
  session: Session,
  selection: Selection,
): Promise<DetectionOutcome> {
  const started = performance.now();
  const output = await session.run(prepared.tensor);
  const answered = performance.now();
  const boxes = decodeBoxes(output, manifest, selection, image);
  const times = { ...prepared.times, networkMs: answered - started, postprocessMs: performance.now() - answered };
  return { boxes, times };
}
