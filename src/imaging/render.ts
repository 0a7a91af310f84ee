import { type Canvas, type Color, canvasFromGreys, drawLabel, strokeBox, strokeSegment } from './canvas';
import { resizePicture, type Size } from './resample';
import { loadSharp } from './sharp';
import type { HounsfieldSlice } from './slice';
import { type WindowSetting, windowToBytes } from './window';

/** Changes whenever the same request would give other bytes; part of every ETag. */
export const RENDERER_VERSION = 1;

/** The longest side that is rendered, in pixels. */
export const MAX_RENDERED_SIZE = 2048;

/** Colours of what is drawn, apart from one another for colour-blind readers too (after Okabe and Ito, 2008). */
export const MARK_COLORS = {
  /** a lesion's box */
  lesion: [0, 200, 130],
  longAxis: [240, 228, 66],
  shortAxis: [230, 159, 0],
  /** a detection with IoU above 0.5 with a lesion of the image */
  hit: [86, 180, 233],
  /** any other detection; many of DeepLesion's lesions are not marked, so that it may still be one */
  miss: [255, 96, 60],
  /** outcomes of an evaluation, which the style of the line tells as well */
  outcomeHit: [86, 180, 233],
  outcomeDuplicate: [204, 121, 167],
  outcomeLocalization: [47, 199, 154],
  outcomeBackground: [230, 159, 0],
  outcomeMissed: [255, 122, 69],
} as const satisfies Record<string, Color>;

/** How the edge of a box is drawn. */
export type LineStyle = 'SOLID' | 'DASHED' | 'SHORT_DASHED' | 'DOTTED' | 'THICK';

/** Lengths of what is drawn and of what is not, in widths of the line. */
const DASHES: Readonly<Partial<Record<LineStyle, readonly [on: number, off: number]>>> = {
  DASHED: [6, 4],
  SHORT_DASHED: [3, 3],
  DOTTED: [0, 3],
};

/** Something drawn over the slice, in continuous pixels of the slice: its top-left corner is (0, 0). */
export type Mark =
  | {
      kind: 'box';
      x1: number;
      y1: number;
      x2: number;
      y2: number;
      color: keyof typeof MARK_COLORS;
      label?: string;
      /** SOLID unless given */
      line?: LineStyle;
    }
  | { kind: 'segment'; x1: number; y1: number; x2: number; y2: number; color: keyof typeof MARK_COLORS };

/** Whole pixels of the slice. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface RenderOptions {
  readonly window: WindowSetting;
  /** part of the slice that is shown; all of it by default */
  readonly region?: Region;
  /** longest side of the picture in pixels, 1 … 2048; the region's own by default */
  readonly size?: number;
  readonly marks?: readonly Mark[];
}

/**
 * The square round a box with a margin on each side, moved into the slice where it fits and cut at the edges where it
 * does not.
 *
 * @param box continuous pixels
 * @param marginPx pixels of the slice
 */
export function regionAround(
  box: { x1: number; y1: number; x2: number; y2: number },
  marginPx: number,
  slice: { width: number; height: number },
): Region {
  const side = Math.max(1, Math.ceil(Math.max(box.x2 - box.x1, box.y2 - box.y1) + 2 * marginPx));
  const place = (center: number, length: number): { start: number; extent: number } => {
    const extent = Math.min(side, length);
    const start = Math.round(center - side / 2);
    return { start: Math.max(0, Math.min(length - extent, start)), extent };
  };
  const across = place((box.x1 + box.x2) / 2, slice.width);
  const down = place((box.y1 + box.y2) / 2, slice.height);
  return { x: across.start, y: down.start, width: across.extent, height: down.extent };
}

function cropGreys(greys: Uint8Array, sliceWidth: number, { x, y, width, height }: Region): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const start = (y + row) * sliceWidth + x;
    out.set(greys.subarray(start, start + width), row * width);
  }
  return out;
}

/** sharp's resize took twice as long to enlarge 512 to 1024 (21 ms against 9 ms) and the same time to shrink. */
function resizeGreys(greys: Uint8Array, from: Size, to: Size): Uint8Array {
  const resized = resizePicture(greys, from, to);
  // A loop: Uint8Array.from with a function takes fifty times as long.
  const out = new Uint8Array(resized.length);
  for (let i = 0; i < out.length; i++) out[i] = resized[i]! + 0.5;
  return out;
}

function drawMarks(canvas: Canvas, marks: readonly Mark[], region: Region, pixelsPerPixel: number): void {
  const strokeWidth = Math.max(1.5, canvas.width / 400);
  const labelScale = Math.max(1, Math.round(Math.max(canvas.width, canvas.height) / 512));
  const placed = marks.map((mark) => ({
    ...mark,
    x1: (mark.x1 - region.x) * pixelsPerPixel,
    y1: (mark.y1 - region.y) * pixelsPerPixel,
    x2: (mark.x2 - region.x) * pixelsPerPixel,
    y2: (mark.y2 - region.y) * pixelsPerPixel,
  }));
  for (const mark of placed) {
    const color = MARK_COLORS[mark.color];
    if (mark.kind === 'box') {
      const width = mark.line === 'THICK' ? 2 * strokeWidth : strokeWidth;
      strokeBox(canvas, mark, width, color, DASHES[mark.line ?? 'SOLID']);
    } else strokeSegment(canvas, { x: mark.x1, y: mark.y1 }, { x: mark.x2, y: mark.y2 }, strokeWidth, color);
  }
  // Labels come last and the first of them on top: the best detection's score stays readable.
  for (const mark of placed.reverse()) {
    const inside = mark.x1 < canvas.width && mark.x2 > 0 && mark.y1 < canvas.height && mark.y2 > 0;
    if (mark.kind !== 'box' || !mark.label || !inside) continue;
    drawLabel(canvas, mark.label, mark.x1, mark.y1 - strokeWidth, labelScale, MARK_COLORS[mark.color]);
  }
}

/** The shown part of a slice at the size of the picture, in shades of grey. */
interface Greys extends Size {
  readonly greys: Uint8Array;
  readonly region: Region;
  /** pixels of the picture a pixel of the slice */
  readonly factor: number;
}

function windowRegion(slice: HounsfieldSlice, options: RenderOptions): Greys {
  const region = options.region ?? { x: 0, y: 0, width: slice.width, height: slice.height };
  if (
    region.x < 0 ||
    region.y < 0 ||
    region.width < 1 ||
    region.height < 1 ||
    region.x + region.width > slice.width ||
    region.y + region.height > slice.height
  ) {
    throw new RangeError(
      `Expected a region inside ${slice.width} × ${slice.height} pixels, got ${JSON.stringify(region)}.`,
    );
  }
  const longest = Math.max(region.width, region.height);
  const size = options.size ?? longest;
  if (!(size >= 1 && size <= MAX_RENDERED_SIZE))
    throw new RangeError(`Expected size to be in 1 … ${MAX_RENDERED_SIZE}, got ${size}.`);
  const factor = size / longest;
  const output = {
    width: Math.max(1, Math.round(region.width * factor)),
    height: Math.max(1, Math.round(region.height * factor)),
  };

  const windowed = windowToBytes(slice, options.window, options.window.function);
  const cropped = options.region ? cropGreys(windowed, slice.width, region) : windowed;
  return { greys: factor === 1 ? cropped : resizeGreys(cropped, region, output), region, factor, ...output };
}

function markedCanvas({ greys, region, factor, ...size }: Greys, marks: readonly Mark[]): Canvas {
  const canvas = canvasFromGreys(greys, size.width, size.height);
  drawMarks(canvas, marks, region, factor);
  return canvas;
}

/**
 * A slice as an 8-bit PNG: windowed, cut to the region, resized (antialiased triangle filter), marked. Greyscale
 * without marks, RGB with.
 *
 * @throws RangeError for a region outside the slice or a size out of range
 */
export async function renderSlice(slice: HounsfieldSlice, options: RenderOptions): Promise<Buffer> {
  const shown = windowRegion(slice, options);
  if (!options.marks?.length) return encodePng(shown.greys, shown, 1);
  return encodePng(markedCanvas(shown, options.marks).rgb, shown, 3);
}

/** The same picture as `renderSlice`, before it is a PNG, always with colours: a part of a larger one. */
export function renderTile(slice: HounsfieldSlice, options: RenderOptions): Canvas {
  return markedCanvas(windowRegion(slice, options), options.marks ?? []);
}

/**
 * Compression level 1 without filter choice: 1.6 ms and 110 kB for 512 × 512; the adaptive filters save 5 % for three
 * times the time, level 6 a third for five times.
 */
export function encodePng(pixels: Uint8Array, { width, height }: Size, channels: 1 | 3): Promise<Buffer> {
  return loadSharp()(pixels, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 1, adaptiveFiltering: false })
    .toBuffer();
}
