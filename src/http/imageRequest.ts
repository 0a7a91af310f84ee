import { BadUserInput } from '../errors';
import { parseGlobalId } from '../globalId';
import { MAX_RENDERED_SIZE, parseWindowParameter, type WindowSetting } from '../imaging';

/** What the query of `/images/ID.png` asks for. */
export interface ImageRequest {
  /** undefined: the data set's own window of the image */
  readonly window: WindowSetting | undefined;
  readonly drawLesions: boolean;
  /** row id of the detection run whose detections are drawn */
  readonly runId: number | undefined;
  /** detections below are not drawn, 0 … 1 */
  readonly scoreThreshold: number;
  /** longest side in pixels; undefined: the picture's own */
  readonly size: number | undefined;
  readonly crop: { readonly lesionId: number; readonly marginMm: number } | undefined;
}

const DEFAULT_MARGIN_MM = 20;
const MAX_MARGIN_MM = 500;

function refuse(argument: string, expected: string, got: string): never {
  throw new BadUserInput(`Expected ${argument} to be ${expected}; got ${JSON.stringify(got.slice(0, 120))}.`, argument);
}

/** One value of the query; a name that is given twice is a mistake. */
function single(query: Record<string, unknown>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  return refuse(name, 'given once', JSON.stringify(value));
}

function rowId(text: string, type: string): number | undefined {
  const id = parseGlobalId(text);
  return id?.type === type ? id.id : undefined;
}

function parseSize(text: string): number {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MAX_RENDERED_SIZE)
    refuse('size', `a whole number from 1 to ${MAX_RENDERED_SIZE}, the longest side in pixels`, text);
  return size;
}

function parseScoreThreshold(text: string): number {
  const score = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : 2;
  if (score > 1) refuse('scoreThreshold', 'a number from 0 to 1', text);
  return score;
}

function parseOverlay(text: string): Pick<ImageRequest, 'drawLesions' | 'runId'> {
  const expected = 'a list of "lesions" and "detections:RUN", with RUN the id of a detection run, each at most once';
  let drawLesions = false;
  let runId: number | undefined;
  for (const part of text.split(',', 4)) {
    const run = part.startsWith('detections:') ? rowId(part.slice('detections:'.length), 'DetectionRun') : undefined;
    if (part === 'lesions' && !drawLesions) drawLesions = true;
    else if (run !== undefined && runId === undefined) runId = run;
    else refuse('overlay', expected, text);
  }
  return { drawLesions, runId };
}

function parseCrop(text: string): NonNullable<ImageRequest['crop']> {
  const expected = `"lesion:ID" or "lesion:ID,MARGIN" with ID the id of a lesion on the image and MARGIN in mm, 0 to ${MAX_MARGIN_MM}`;
  const match = /^lesion:([^,]+)(?:,(\d{1,3}(?:\.\d{1,3})?))?$/.exec(text);
  const lesionId = rowId(match?.[1] ?? '', 'Lesion');
  const marginMm = match?.[2] === undefined ? DEFAULT_MARGIN_MM : Number(match[2]);
  if (lesionId === undefined || marginMm > MAX_MARGIN_MM) return refuse('crop', expected, text);
  return { lesionId, marginMm };
}

/**
 * Reads the query of `/images/ID.png`. Names that it does not know are left alone, as HTTP servers do.
 *
 * @throws BadUserInput that names the parameter and what was expected
 */
export function parseImageRequest(query: Record<string, unknown>): ImageRequest {
  const window = single(query, 'window');
  const overlay = single(query, 'overlay');
  const size = single(query, 'size');
  const crop = single(query, 'crop');
  const scoreThreshold = single(query, 'scoreThreshold');
  return {
    window: window === undefined ? undefined : parseWindowParameter(window),
    ...(overlay === undefined ? { drawLesions: false, runId: undefined } : parseOverlay(overlay)),
    scoreThreshold: scoreThreshold === undefined ? 0 : parseScoreThreshold(scoreThreshold),
    size: size === undefined ? undefined : parseSize(size),
    crop: crop === undefined ? undefined : parseCrop(crop),
  };
}

/** What the query of `/uploads/ID/SLICE.png` asks for. */
export type UploadImageRequest = Pick<ImageRequest, 'window' | 'size' | 'scoreThreshold'> & {
  /** id of a detection in the upload, or the latest one; undefined: no boxes */
  readonly detections: string | 'LATEST' | undefined;
};

/**
 * Reads the query of `/uploads/ID/SLICE.png`.
 *
 * @throws BadUserInput that names the parameter and what was expected
 */
export function parseUploadImageRequest(query: Record<string, unknown>): UploadImageRequest {
  const overlay = single(query, 'overlay');
  const match = /^detections(?::([A-Za-z0-9_-]{22}))?$/.exec(overlay ?? '');
  if (overlay !== undefined && !match)
    refuse('overlay', '"detections" or "detections:ID" with ID from detectInImage', overlay);
  const { window, size, scoreThreshold } = parseImageRequest({ ...query, overlay: undefined, crop: undefined });
  return { window, size, scoreThreshold, detections: match ? (match[1] ?? 'LATEST') : undefined };
}
