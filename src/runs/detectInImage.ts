import { ImageFailure } from '../failureKind';
import type { DetectionOutcome, DetectionTarget, InferenceHost, Selection, Served, TargetsHere } from '../inference';
import type { PendingImage } from './runImages';
import type { OpenModel } from './runModel';

/** An image that took its worker along so often is not tried again, so that the others of its batch are done. */
const MAX_ATTEMPTS = 5;

/**
 * Requests the detections of a run in an image.
 *
 * @param images the image, and those that come next, which may be prepared meanwhile
 * @param pixels brings their files to this machine
 * @throws ImageFailure if it is not even requested, and what the host throws
 */
export async function detectInImage(
  host: InferenceHost,
  { run, folder, opened }: OpenModel,
  images: readonly PendingImage[],
  pixels: TargetsHere<DetectionTarget>,
): Promise<Served<DetectionOutcome>> {
  const [image] = images;
  const [target, ...upcoming] = images.slice(0, 1 + opened.upcoming).map(targetOf);
  if (!image || !target) throw new ImageFailure('The data set has no pixel file of this image.', 'NO_PIXEL_FILE');
  if (image.attempts >= MAX_ATTEMPTS)
    throw new ImageFailure(
      `Given up: the worker died on this image in each of ${image.attempts} attempts.`,
      'GIVEN_UP',
    );
  const selection: Selection = {
    scoreThreshold: run.scoreThreshold,
    nmsIouThreshold: run.nmsIouThreshold,
    maxDetectionsPerImage: run.maxDetectionsPerImage,
  };
  const here = pixels.take(target);
  const next = upcoming.flatMap((one) => (one === null ? [] : (pixels.prepare(one) ?? [])));
  // Files of this machine are asked about at once, so that nothing comes between the requests.
  return host.detect(folder, here instanceof Promise ? await here : here, selection, next);
}

/** @returns null if there is no pixel file */
function targetOf(image: PendingImage): DetectionTarget | null {
  return image.hasPixels && image.imageRoot !== null ? { ...image, imageRoot: image.imageRoot } : null;
}
