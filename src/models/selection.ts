/** The arguments that every request for detections has. */
import { BadUserInput, Conflict } from '../errors';
import type { DetectorManifest, Selection } from '../inference';
import type { DetectorRegistry, RegisteredDetector } from './registry';

/** Which detector, and which of its boxes. */
export interface DetectorRequest {
  detector: string;
  detectorVersion?: string | null;
  scoreThreshold?: number | null;
  maxDetectionsPerImage?: number | null;
}

/** A detector that is ready. */
export type ReadyDetector = RegisteredDetector & { id: number; manifest: DetectorManifest };

const MAX_DETECTIONS_PER_IMAGE = 1000;

/**
 * @throws NotFound if there is no such detector
 * @throws Conflict if it is not ready
 */
export async function readyDetector(registry: DetectorRegistry, request: DetectorRequest): Promise<ReadyDetector> {
  const detector = await registry.find(request.detector, request.detectorVersion);
  const { id, manifest } = detector;
  if (!detector.ready || id === null || manifest === null)
    throw new Conflict(`Detector ${detector.name} is not ready: ${detector.reason}`, 'detector');
  return { ...detector, id, manifest };
}

/** @throws BadUserInput naming the argument that does not fit */
export function readSelection(request: DetectorRequest, defaults: DetectorManifest['defaults']): Selection {
  const selection = {
    scoreThreshold: request.scoreThreshold ?? defaults.scoreThreshold,
    nmsIouThreshold: defaults.nmsIouThreshold,
    maxDetectionsPerImage: request.maxDetectionsPerImage ?? defaults.maxDetectionsPerImage,
  };
  expectRange('scoreThreshold', selection.scoreThreshold, 0, 1);
  expectCount('maxDetectionsPerImage', selection.maxDetectionsPerImage);
  return selection;
}

/** @throws BadUserInput */
export function expectRange(argument: string, value: number, low: number, high: number, unit = ''): void {
  if (!(value >= low && value <= high))
    throw new BadUserInput(`Expected ${argument} in ${low} … ${high}${unit}, got ${value}.`, argument);
}

/** @throws BadUserInput */
export function expectCount(argument: string, value: number): void {
  expectRange(argument, value, 1, MAX_DETECTIONS_PER_IMAGE);
  if (!Number.isInteger(value))
    throw new BadUserInput(`Expected ${argument} to be an integer, got ${value}.`, argument);
}
