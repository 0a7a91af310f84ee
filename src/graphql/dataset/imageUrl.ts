import { MAX_EXPIRES_IN, seesTruth } from '../../access';
import { BadUserInput } from '../../errors';
import { type GlobalKeys, toGlobalId } from '../../globalId';
import { MAX_RENDERED_SIZE } from '../../imaging';
import type { GraphContext } from '../core/context';

/** Parameters of `/images/ID.png`; `src/http` checks them when the picture is requested. */
export interface PictureOptions {
  window?: string | null;
  overlay?: string | null;
  size?: number | null;
  detections?: DetectionChoice;
  /** of outcomes */
  iouThreshold?: number | null;
  crop?: { lesion: GlobalKeys['Lesion']; marginMm: number };
  /** offset of the slice from the key slice; the key slice if omitted or 0 */
  slice?: number;
}

/** Selects the detections that are drawn in a picture: the top five by default. */
export interface DetectionChoice {
  /** minimum score */
  scoreThreshold?: number | null;
  /** maximum number of top-scoring detections */
  top?: number | null;
}

/** Descriptions of the arguments of `DetectionChoice` in the graph. */
export const SCORE_THRESHOLD_DESCRIPTION =
  'Minimum score of the detections that are drawn, 0 to 1. If it is given without `top`, all ' +
  'detections from this score on are drawn.';
export const TOP_DESCRIPTION =
  'Maximum number of top-scoring detections that are drawn, 1 to 1000; 5 if both this argument and ' +
  '`scoreThreshold` are omitted.';

export const EXPIRES_IN_DESCRIPTION =
  `Signs the address, so that it shows this picture without a key for so many seconds, 1 to ${MAX_EXPIRES_IN}: for \`<img>\` ` +
  'and for programs that send no header. Anyone who has it can use it until then. Nothing of it can be changed.';

const MAX_PARAMETER = 500;
const MAX_TOP = 1_000;
const MAX_MARGIN_MM = 500;

/** @returns the URL of a picture of a bookmarked image */
export function imageUrl(
  image: GlobalKeys['BookmarkedImage'],
  { window, overlay, size, detections, iouThreshold, crop, slice }: PictureOptions,
  origin = '',
): string {
  const query: string[] = [];
  if (window != null) query.push(`window=${parameter('window', window)}`);
  if (overlay != null) query.push(`overlay=${parameter('overlay', overlay)}`);
  if (size != null) {
    expectWithin('size', size, 1, MAX_RENDERED_SIZE);
    query.push(`size=${size}`);
  }
  query.push(...choiceOf(detections ?? {}));
  if (iouThreshold != null) query.push(`iou=${readIou(iouThreshold)}`);
  if (crop) {
    expectWithin('marginMm', crop.marginMm, 0, MAX_MARGIN_MM);
    query.push(`crop=lesion:${toGlobalId('Lesion', crop.lesion)},${Number(crop.marginMm.toFixed(3))}`);
  }
  if (slice) query.push(`slice=${slice}`);
  const path = `/images/${toGlobalId('BookmarkedImage', image)}.png`;
  return `${origin}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** @throws BadUserInput unless the picture takes it */
function readIou(iouThreshold: number): number {
  const iou = Number(iouThreshold.toFixed(3));
  if (iou > 0 && iou < 1) return iou;
  throw new BadUserInput(`Expected iouThreshold to be above 0 and below 1, got ${iouThreshold}.`, 'iouThreshold');
}

/** @param slice offset from the key slice @returns the URL of the Hounsfield units of a slice */
export function hounsfieldUrl(image: GlobalKeys['BookmarkedImage'], slice = 0, origin = ''): string {
  return `${origin}/images/${toGlobalId('BookmarkedImage', image)}.hu${slice === 0 ? '' : `?slice=${slice}`}`;
}

/**
 * @param url that one of these functions returned
 * @param expiresIn seconds; null: it is not signed
 * @throws BadUserInput if the time does not fit
 */
export function signedUrl(
  url: string,
  expiresIn: number | null | undefined,
  { origin = '', services, caller }: Pick<GraphContext, 'origin' | 'services' | 'caller'>,
): string {
  if (expiresIn == null) return url;
  return `${origin}${services.urls.sign(url.slice(origin.length), expiresIn, seesTruth(caller))}`;
}

/** @returns the URL of the Hounsfield units of a slice of an upload */
export function uploadHounsfieldUrl(uploadId: string, sliceIndex: number, origin = ''): string {
  return `${origin}/uploads/${uploadId}/${sliceIndex}.hu`;
}

/** Commas and colons belong to the syntax of the parameters and stay readable. */
function parameter(name: string, text: string): string {
  if (text.length > MAX_PARAMETER)
    throw new BadUserInput(`Expected ${name} to have at most ${MAX_PARAMETER} characters, got ${text.length}.`, name);
  return encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/** @returns the URL of the montage of a pseudo-cluster's most typical lesions */
export function montageUrl(
  pseudoCluster: GlobalKeys['PseudoCluster'],
  count: number,
  size: number,
  origin = '',
): string {
  expectWithin('count', count, 1, 100);
  expectWithin('size', size, 16, 256);
  return `${origin}/clusters/${toGlobalId('PseudoCluster', pseudoCluster)}.png?count=${count}&size=${size}`;
}

function expectWithin(argument: string, value: number, low: number, high: number): void {
  if (value < low || value > high)
    throw new BadUserInput(`Expected ${argument} to be from ${low} to ${high}, got ${value}.`, argument);
}

/** @returns the URL of a slice of an upload with its detections */
export function uploadOverlayUrl(
  { uploadId, sliceIndex, detectionId }: { uploadId: string; sliceIndex: number; detectionId: string },
  detections: DetectionChoice,
  origin = '',
): string {
  const query = [`overlay=detections:${detectionId}`, ...choiceOf(detections)];
  return `${origin}/uploads/${uploadId}/${sliceIndex}.png?${query.join('&')}`;
}

function choiceOf({ scoreThreshold, top }: DetectionChoice): string[] {
  if (scoreThreshold != null && !(scoreThreshold >= 0 && scoreThreshold <= 1))
    throw new BadUserInput(`Expected scoreThreshold to be from 0 to 1, got ${scoreThreshold}.`, 'scoreThreshold');
  if (top != null && (top < 1 || top > MAX_TOP))
    throw new BadUserInput(`Expected top to be from 1 to ${MAX_TOP}, got ${top}.`, 'top');
  return [
    ...(scoreThreshold == null ? [] : [`scoreThreshold=${Number(scoreThreshold.toFixed(9))}`]),
    ...(top == null ? [] : [`top=${top}`]),
  ];
}
