import { BadUserInput } from '../errors';
import { toGlobalId } from '../globalId';

/** What `/images/ID.png` takes; `src/http` checks it when the picture is asked for. */
export interface PictureOptions {
  window?: string | null;
  overlay?: string | null;
  size?: number | null;
}

const MAX_PARAMETER = 500;

/** @returns where a picture of a bookmarked image is */
export function imageUrl(imageId: number, { window, overlay, size }: PictureOptions, origin = ''): string {
  const query: string[] = [];
  if (window != null) query.push(`window=${parameter('window', window)}`);
  if (overlay != null) query.push(`overlay=${parameter('overlay', overlay)}`);
  if (size != null) {
    if (size < 1) throw new BadUserInput(`Expected size to be at least 1 pixel, got ${size}.`, 'size');
    query.push(`size=${size}`);
  }
  const path = `/images/${toGlobalId('BookmarkedImage', imageId)}.png`;
  return `${origin}${path}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** Commas and colons are part of the parameters' own grammar and stay readable. */
function parameter(name: string, text: string): string {
  if (text.length > MAX_PARAMETER)
    throw new BadUserInput(`Expected ${name} of at most ${MAX_PARAMETER} characters, got ${text.length}.`, name);
  return encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':');
}

/** @returns where the montage of a pseudo-cluster's most typical lesions is */
export function montageUrl(pseudoClusterId: number, count: number, size: number, origin = ''): string {
  expectWithin('count', count, 1, 100);
  expectWithin('size', size, 16, 256);
  return `${origin}/clusters/${toGlobalId('PseudoCluster', pseudoClusterId)}.png?count=${count}&size=${size}`;
}

function expectWithin(argument: string, value: number, low: number, high: number): void {
  if (value < low || value > high)
    throw new BadUserInput(`Expected ${argument} to be from ${low} to ${high}, got ${value}.`, argument);
}

/** @returns where a slice of an upload is, with what was detected in it */
export function uploadOverlayUrl(uploadId: string, sliceIndex: number, detectionId: string, origin = ''): string {
  return `${origin}/uploads/${uploadId}/${sliceIndex}.png?overlay=detections:${detectionId}`;
}
