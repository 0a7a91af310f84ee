/**
 * Drawing on an RGB picture. Coordinates are continuous pixels: the top-left corner of the top-left pixel is (0, 0),
 * its centre (0.5, 0.5).
 *
 * Drawn here and not by composing an SVG: that took 13 ms a picture against less than 1 ms, and its text needs fonts
 * that a bare machine does not have.
 */
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphRow } from './font';

/** Red, green, blue, 0 … 255 each. */
export type Color = readonly [number, number, number];

/** Row-major, three bytes a pixel. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** @param greys width × height bytes, row-major */
export function canvasFromGreys(greys: Uint8Array, width: number, height: number): Canvas {
  const rgb = new Uint8Array(3 * greys.length);
  for (let i = 0, at = 0; i < greys.length; i++) {
    const grey = greys[i]!;
    rgb[at++] = grey;
    rgb[at++] = grey;
    rgb[at++] = grey;
  }
  return { width, height, rgb };
}

function blend(rgb: Uint8Array, pixel: number, color: Color, coverage: number): void {
  for (let c = 0; c < 3; c++) {
    const at = 3 * pixel + c;
    rgb[at] = Math.round(rgb[at]! + coverage * (color[c]! - rgb[at]!));
  }
}

/** Draws a straight line with smooth edges and round ends; parts outside the picture are clipped. */
export function strokeSegment(
  canvas: Canvas,
  from: { x: number; y: number },
  to: { x: number; y: number },
  strokeWidth: number,
  color: Color,
): void {
  const { width, height, rgb } = canvas;
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squared = dx * dx + dy * dy;
  const reach = strokeWidth / 2 + 0.5;
  const lastRow = Math.min(height - 1, Math.ceil(Math.max(from.y, to.y) + reach));
  for (let row = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach)); row <= lastRow; row++) {
    const y = row + 0.5;
    // The part of the line within reach of this row bounds the pixels that can be touched.
    const t0 = dy === 0 ? 0 : Math.min(1, Math.max(0, (y - reach - from.y) / dy));
    const t1 = dy === 0 ? 1 : Math.min(1, Math.max(0, (y + reach - from.y) / dy));
    const left = from.x + Math.min(t0 * dx, t1 * dx) - reach;
    const right = from.x + Math.max(t0 * dx, t1 * dx) + reach;
    const lastColumn = Math.min(width - 1, Math.ceil(right));
    for (let column = Math.max(0, Math.floor(left)); column <= lastColumn; column++) {
      const x = column + 0.5;
      const t = squared === 0 ? 0 : Math.min(1, Math.max(0, ((x - from.x) * dx + (y - from.y) * dy) / squared));
      const distance = Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
      const coverage = Math.min(1, reach - distance);
      if (coverage > 0) blend(rgb, row * width + column, color, coverage);
    }
  }
}

/** Draws the outline of a box. @param dash lengths of what is drawn and of what is not, in widths of the line */
export function strokeBox(
  canvas: Canvas,
  { x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number },
  strokeWidth: number,
  color: Color,
  dash?: readonly [on: number, off: number],
): void {
  const corners = [
    { x: x1, y: y1 },
    { x: x2, y: y1 },
    { x: x2, y: y2 },
    { x: x1, y: y2 },
  ];
  for (const [i, corner] of corners.entries()) {
    const next = corners[(i + 1) % 4]!;
    if (dash) strokeDashes(canvas, corner, next, strokeWidth, color, dash);
    else strokeSegment(canvas, corner, next, strokeWidth, color);
  }
}

/** Draws dashes along a line. They begin at both ends, so that corners are always drawn. */
function strokeDashes(
  canvas: Canvas,
  from: { x: number; y: number },
  to: { x: number; y: number },
  strokeWidth: number,
  color: Color,
  [on, off]: readonly [number, number],
): void {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const drawn = on * strokeWidth;
  // Gaps are stretched until a whole number of them fits.
  const gaps = Math.max(1, Math.round((length - drawn) / ((on + off) * strokeWidth)));
  const step = Math.max(0, length - drawn) / gaps;
  const pointAt = (distance: number): { x: number; y: number } => {
    const share = length === 0 ? 0 : Math.min(1, distance / length);
    return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
  };
  for (let dash = 0; dash <= gaps; dash++)
    strokeSegment(canvas, pointAt(dash * step), pointAt(dash * step + drawn), strokeWidth, color);
}

/**
 * Writes black text on a coloured plate.
 *
 * @param text of the characters that `font.ts` has
 * @param x left edge of the plate, moved so that the plate lies inside the picture where it fits
 * @param bottom lower edge of the plate, likewise
 * @param scale whole number of pixels per dot of the font
 */
export function drawLabel(canvas: Canvas, text: string, x: number, bottom: number, scale: number, color: Color): void {
  const { width, height, rgb } = canvas;
  const plateWidth = (text.length * (GLYPH_WIDTH + 1) + 1) * scale;
  const plateHeight = (GLYPH_HEIGHT + 2) * scale;
  const left = Math.max(0, Math.min(width - plateWidth, Math.round(x)));
  const top = Math.max(0, Math.min(height - plateHeight, Math.round(bottom) - plateHeight));
  const end = { row: Math.min(height, top + plateHeight), column: Math.min(width, left + plateWidth) };
  for (let row = top; row < end.row; row++) {
    const dotRow = Math.floor((row - top) / scale) - 1;
    for (let column = left; column < end.column; column++) {
      const dot = Math.floor((column - left) / scale) - 1;
      const character = text.charAt(Math.floor(dot / (GLYPH_WIDTH + 1)));
      const bit = GLYPH_WIDTH - 1 - (dot % (GLYPH_WIDTH + 1));
      const ink = dot >= 0 && bit >= 0 && ((glyphRow(character, dotRow) >> bit) & 1) === 1;
      blend(rgb, row * width + column, ink ? [0, 0, 0] : color, 1);
    }
  }
}
