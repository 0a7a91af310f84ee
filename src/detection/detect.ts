import { loadStack, prepareTensor } from '../imaging';
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

/** Wall-clock time of each stage in ms. */
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

/**
 * The whole way of one slice: files → Hounsfield stack → tensor → network → boxes of the image.
 *
 * @throws NotFound, InvalidImage from reading the files; BadModelOutput from an answer that no box can be made of
 */
export async function detect(
  target: DetectionTarget,
  manifest: DetectorManifest,
  session: Session,
  selection: Selection,
): Promise<DetectionOutcome> {
  const started = performance.now();
  const offsets = manifest.input.channels.map(({ offsetMm }) => offsetMm);
  const stack = await loadStack(target.imageRoot, target, offsets);
  const decoded = performance.now();
  const input = prepareTensor(stack, manifest.input);
  const prepared = performance.now();
  const output = await session.run(input);
  const answered = performance.now();
  const boxes = decodeBoxes(output, manifest, selection, target);
  const times = {
    decodeMs: decoded - started,
    prepareMs: prepared - decoded,
    networkMs: answered - prepared,
    postprocessMs: performance.now() - answered,
  };
  return { boxes, times };
}
