import { BadUserInput } from '../errors';
import { type GlobalId, type GlobalKeys, type GlobalType, isOf, parseGlobalId, refuseOldId } from '../globalId';
import { MAX_RENDERED_SIZE, parseWindowParameter, type WindowSetting } from '../imaging';
import { type Query, readParameters, refuseParameter } from './parameters';

/** What the query of `/images/ID.png` requests. */
export interface ImageRequest {
  /** undefined: the data set's own window of the image */
  readonly window: WindowSetting | undefined;
  readonly drawLesions: boolean;
  /** the detection run whose detections are drawn */
  readonly run: GlobalKeys['DetectionRun'] | undefined;
  /** the evaluation whose outcomes are drawn */
  readonly evaluation: GlobalKeys['Evaluation'] | undefined;
  /** overlap that makes a hit of the outcomes */
  readonly iouThreshold: number;
  /** detections below are not drawn, 0 … 1 */
  readonly scoreThreshold: number;
  /** at most so many detections are drawn, the best ones; undefined: all */
  readonly top: number | undefined;
  /** longest side in pixels; undefined: the picture's own */
  readonly size: number | undefined;
  readonly crop: { readonly lesion: GlobalKeys['Lesion']; readonly marginMm: number } | undefined;
  /** the slice of the series that is shown, counted from the key slice; 0 is the key slice */
  readonly slice: number;
}

const PARAMETERS = ['window', 'overlay', 'scoreThreshold', 'iou', 'top', 'size', 'crop', 'slice'] as const;
const UPLOAD_PARAMETERS = ['window', 'overlay', 'scoreThreshold', 'top', 'size'] as const;

/**
 * Number of detections that are drawn by default: as many as count for the accuracy of the paper. All of them would
 * hide the slice.
 */
const DEFAULT_TOP = 5;
const MAX_TOP = 1_000;
const DEFAULT_IOU = 0.5;
/** What a slice can hold, and what a window that shows all of it reaches beyond; HU. */
const HOUNSFIELD = { low: -32_768, high: 32_767, slack: 1 };
const DEFAULT_MARGIN_MM = 20;
const MAX_MARGIN_MM = 500;

/** @throws BadUserInput for an id of an earlier version @returns undefined for what is no id of this type */
function readKey<Type extends GlobalType>(text: string, type: Type, parameter: string): GlobalKeys[Type] | undefined {
  const id = parseGlobalId(text);
  if (!id) refuseOldId(text, parameter);
  return id && isOf(id, type) ? id.key : undefined;
}

/**
 * @param file `ID.png`
 * @param suffix of another form of the picture
 * @throws BadUserInput for an id of an earlier version
 * @returns null for what is no such name
 */
export function idOfPicture(file: string, suffix: '.png' | '.hu' | '.npy' = '.png'): GlobalId | null {
  if (!file.endsWith(suffix)) return null;
  const text = file.slice(0, -suffix.length);
  const id = parseGlobalId(text);
  if (!id) refuseOldId(text, 'id');
  return id;
}

function parseSize(text: string): number {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > MAX_RENDERED_SIZE)
    refuseParameter('size', `a whole number from 1 to ${MAX_RENDERED_SIZE}, the longest side in pixels`, text);
  return size;
}

function parseScoreThreshold(text: string): number {
  const score = /^\d(\.\d{1,9})?$/.test(text) ? Number(text) : 2;
  if (score > 1) refuseParameter('scoreThreshold', 'a number from 0 to 1', text);
  return score;
}

function parseIou(text: string | undefined, evaluation: ImageRequest['evaluation']): number {
  if (text === undefined) return DEFAULT_IOU;
  const expected = 'an overlap above 0 and below 1 with at most three decimals';
  if (!evaluation) refuseParameter('iou', `${expected}, together with overlay=outcomes:EVALUATION`, text);
  const iou = /^0?\.\d{1,3}$/.test(text) ? Number(text) : 0;
  return iou > 0 ? iou : refuseParameter('iou', expected, text);
}

function parseTop(text: string): number {
  const top = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (top < 1 || top > MAX_TOP)
    refuseParameter('top', `a whole number from 1 to ${MAX_TOP}, how many of the best detections are drawn`, text);
  return top;
}

/** A plus sign in the query of an address means a space. */
function parseSlice(text: string): number {
  if (/^[ +-]?\d{1,5}$/.test(text)) return Number(text.trim());
  return refuseParameter('slice', 'a whole number of slices from the key slice, such as -3, 0 or +1', text);
}

/** @throws BadUserInput that names the parameter and what was expected @returns the offset from the key slice */
export function parseHounsfieldRequest(query: Query): number {
  const { slice } = readParameters(query, ['slice']);
  return slice === undefined ? 0 : parseSlice(slice);
}

/** Boxes and axes were found on the key slice; on another one they would mark something else. */
function refuseMarksBeside(slice: number): never {
  throw new BadUserInput(
    `Expected no overlay together with slice=${slice}: lesions and detections are drawn on the key slice only.`,
    'overlay',
  );
}

/**
 * With only a score threshold, all detections that reach it are drawn.
 *
 * @param usual how many are drawn without either; undefined: all
 */
function parseChoice(scoreThreshold: string | undefined, top: string | undefined, usual: number | undefined) {
  return {
    scoreThreshold: scoreThreshold === undefined ? 0 : parseScoreThreshold(scoreThreshold),
    top: top !== undefined ? parseTop(top) : scoreThreshold === undefined ? usual : undefined,
  };
}

/** A window outside of all values shows nothing: the client probably meant LOW,HIGH. */
function parseWindow(text: string): WindowSetting {
  const window = parseWindowParameter(text);
  const [low, high] = [window.center - window.width / 2, window.center + window.width / 2];
  if (low < HOUNSFIELD.low - HOUNSFIELD.slack || high > HOUNSFIELD.high + HOUNSFIELD.slack)
    throw new BadUserInput(
      `Expected window to be CENTER,WIDTH within ${HOUNSFIELD.low} to ${HOUNSFIELD.high} HU; got ` +
        `${JSON.stringify(text.slice(0, 80))}, which runs from ${low} to ${high} HU.`,
      'window',
    );
  return window;
}

function parseOverlay(text: string): Pick<ImageRequest, 'drawLesions' | 'run' | 'evaluation'> {
  const expected =
    'a list of "lesions" and either "detections:RUN", with RUN the id of a detection run, or "outcomes:EVALUATION", with ' +
    'EVALUATION the id of an evaluation, each at most once';
  let drawLesions = false;
  let run: ImageRequest['run'];
  let evaluation: ImageRequest['evaluation'];
  for (const part of text.split(',', 4)) {
    const [, kind, id = ''] = /^(detections|outcomes):(.*)$/.exec(part) ?? [];
    const named = kind === 'detections' ? readKey(id, 'DetectionRun', 'overlay') : undefined;
    const evaluated = kind === 'outcomes' ? readKey(id, 'Evaluation', 'overlay') : undefined;
    if (part === 'lesions' && !drawLesions) drawLesions = true;
    else if (named && !run && !evaluation) run = named;
    else if (evaluated && !run && !evaluation) evaluation = evaluated;
    else refuseParameter('overlay', expected, text);
  }
  return { drawLesions, run, evaluation };
}

function parseCrop(text: string): NonNullable<ImageRequest['crop']> {
  const expected = `"lesion:ID" or "lesion:ID,MARGIN" with ID the id of a lesion on the image and MARGIN in mm, 0 to ${MAX_MARGIN_MM}`;
  const match = /^lesion:([^,]+)(?:,(\d{1,3}(?:\.\d{1,3})?))?$/.exec(text);
  const lesion = readKey(match?.[1] ?? '', 'Lesion', 'crop');
  const marginMm = match?.[2] === undefined ? DEFAULT_MARGIN_MM : Number(match[2]);
  if (lesion === undefined || marginMm > MAX_MARGIN_MM) return refuseParameter('crop', expected, text);
  return { lesion, marginMm };
}

/**
 * Reads the query of `/images/ID.png`.
 *
 * @throws BadUserInput that names the parameter and what was expected
 */
export function parseImageRequest(query: Query): ImageRequest {
  const { window, overlay, size, crop, scoreThreshold, top, iou, slice: sliceText } = readParameters(query, PARAMETERS);
  const slice = sliceText === undefined ? 0 : parseSlice(sliceText);
  if (slice !== 0 && overlay !== undefined) refuseMarksBeside(slice);
  const drawn =
    overlay === undefined ? { drawLesions: false, run: undefined, evaluation: undefined } : parseOverlay(overlay);
  return {
    slice,
    window: window === undefined ? undefined : parseWindow(window),
    ...drawn,
    iouThreshold: parseIou(iou, drawn.evaluation),
    ...parseChoice(scoreThreshold, top, drawn.evaluation ? undefined : DEFAULT_TOP),
    size: size === undefined ? undefined : parseSize(size),
    crop: crop === undefined ? undefined : parseCrop(crop),
  };
}

/** What the query of `/uploads/ID/SLICE.png` requests. */
export type UploadImageRequest = Pick<ImageRequest, 'window' | 'size' | 'scoreThreshold' | 'top'> & {
  /** id of a detection in the upload, or the latest one; undefined: no boxes */
  readonly detections: string | 'LATEST' | undefined;
};

/**
 * Reads the query of `/uploads/ID/SLICE.png`.
 *
 * @throws BadUserInput that names the parameter and what was expected
 */
export function parseUploadImageRequest(query: Query): UploadImageRequest {
  const { window, overlay, size, scoreThreshold, top } = readParameters(query, UPLOAD_PARAMETERS);
  const match = /^detections(?::([A-Za-z0-9_-]{22}))?$/.exec(overlay ?? '');
  if (overlay !== undefined && !match)
    refuseParameter('overlay', '"detections" or "detections:ID" with ID from detectInImage', overlay);
  return {
    window: window === undefined ? undefined : parseWindow(window),
    ...parseChoice(scoreThreshold, top, DEFAULT_TOP),
    size: size === undefined ? undefined : parseSize(size),
    detections: match ? (match[1] ?? 'LATEST') : undefined,
  };
}
