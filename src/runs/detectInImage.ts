import { ImageFailure } from '../failureKind';
import type { DetectionOutcome, DetectionTarget, InferenceHost, Selection, Served } from '../inference';
import type { PendingImage } from './runImages';
import type { OpenModel } from './runModel';

/** An image that took its worker along so often is not tried again, so that the others of its batch are done. */
const MAX_ATTEMPTS = 5;

/**
 * Requests the detections of a run in an image.
 *
 * @param images the image, and those that come next, which may be prepared meanwhile
 * @throws ImageFailure if it is not even requested, and what the host throws
 */
export async function detectInImage(
  host: InferenceHost,
  { run, folder, opened }: OpenModel,
  images: readonly PendingImage[],
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
  const next = upcoming.filter((one) => one !== null);
  return host.detect(folder, target, selection, next);
}

/** @returns null if there is no pixel file */
function targetOf(image: PendingImage): DetectionTarget | null {
  return image.hasPixels && image.imageRoot !== null ? { ...image, imageRoot: image.imageRoot } : null;
}
