/**
 * Which part of a slice the stage shows. Slice coordinates are in pixels of the slice, 0 at the left or upper edge of
 * the first one; stage coordinates are CSS pixels from the stage's left upper corner.
 */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Segment {
  readonly start: Point;
  readonly end: Point;
}

/** A box in slice coordinates. */
export interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** Magnification and centre. */
export interface View {
  /** 1 … 32; at 1 the whole slice is seen */
  readonly zoom: number;
  /** the point of the slice in the middle of the stage */
  readonly x: number;
  readonly y: number;
}

export const MAX_ZOOM = 32;

/** The whole slice. */
export const fitted = ({ width, height }: Size): View => ({ zoom: 1, x: width / 2, y: height / 2 });

/** The slice and the stage that shows it. */
export interface Scene {
  readonly slice: Size;
  readonly stage: Size;
}

/** @returns CSS pixels per pixel of the slice */
export function scaleOf({ zoom }: Pick<View, 'zoom'>, { slice, stage }: Scene): number {
  return zoom * Math.min(stage.width / slice.width, stage.height / slice.height);
}

/** @returns where a point of the slice is on the stage */
export function toStage(point: Point, view: View, scene: Scene): Point {
  const scale = scaleOf(view, scene);
  return {
    x: (point.x - view.x) * scale + scene.stage.width / 2,
    y: (point.y - view.y) * scale + scene.stage.height / 2,
  };
}

/** @returns which point of the slice is there; it may lie beside the slice */
export function toSlice(point: Point, view: View, scene: Scene): Point {
  const scale = scaleOf(view, scene);
  return {
    x: (point.x - scene.stage.width / 2) / scale + view.x,
    y: (point.y - scene.stage.height / 2) / scale + view.y,
  };
}

/** Magnifications from 1 to 32, and a centre on the slice: it cannot be lost. */
export function boundView({ zoom, x, y }: View, slice: Size): View {
  const bounded = Math.min(MAX_ZOOM, Math.max(1, zoom));
  if (bounded === 1) return fitted(slice);
  return { zoom: bounded, x: within(x, slice.width), y: within(y, slice.height) };
}

const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** Magnifies so that what is under the pointer stays there. @param at on the stage; the middle if omitted */
export function zoomBy(view: View, factor: number, scene: Scene, at?: Point): View {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, view.zoom * factor));
  if (!at) return boundView({ ...view, zoom }, scene.slice);
  const fixed = toSlice(at, view, scene);
  const scale = scaleOf({ zoom }, scene);
  return boundView(
    {
      zoom,
      x: fixed.x - (at.x - scene.stage.width / 2) / scale,
      y: fixed.y - (at.y - scene.stage.height / 2) / scale,
    },
    scene.slice,
  );
}

/** Moves the slice with the pointer. @param dx of the pointer, in CSS pixels */
export function panBy(view: View, dx: number, dy: number, scene: Scene): View {
  const scale = scaleOf(view, scene);
  return boundView({ ...view, x: view.x - dx / scale, y: view.y - dy / scale }, scene.slice);
}

/** Share of the stage that a box takes when it is shown as large as it makes sense. */
const BOX_SHARE = 0.4;
const MAX_BOX_ZOOM = 6;

/** A view with a box in the middle, as large as it is well seen. */
export function viewOfBox({ x1, y1, x2, y2 }: Box, slice: Size): View {
  const zoom = (BOX_SHARE * Math.min(slice.width, slice.height)) / Math.max(x2 - x1, y2 - y1, 1);
  return boundView({ zoom: Math.min(MAX_BOX_ZOOM, zoom), x: (x1 + x2) / 2, y: (y1 + y2) / 2 }, slice);
}

/** The view itself if it shows the point, otherwise one that is moved to it. */
export function viewWithPoint(view: View, { x, y }: Point, slice: Size): View {
  const reach = Math.max(slice.width, slice.height) / (2 * view.zoom);
  if (Math.abs(x - view.x) <= reach && Math.abs(y - view.y) <= reach) return view;
  return boundView({ ...view, x, y }, slice);
}

/** @returns the pixel under a point; null beside the slice */
export function pixelAt({ x, y }: Point, { width, height }: Size): { column: number; row: number } | null {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return column >= 0 && row >= 0 && column < width && row < height ? { column, row } : null;
}

/** @returns mm if the spacing is known, otherwise null */
export function lengthMm({ start, end }: Segment, pixelSpacingMm: number | null): number | null {
  return pixelSpacingMm === null ? null : Math.hypot(end.x - start.x, end.y - start.y) * pixelSpacingMm;
}

const RULER_MM = [0.5, 1, 2, 5, 10, 20, 50, 100, 200];

/** The longest round length that takes at most so many CSS pixels. @param pxPerMm CSS pixels a millimetre */
export function rulerOf(pxPerMm: number, mostPx: number): { mm: number; px: number } {
  const mm = RULER_MM.findLast((length) => length * pxPerMm <= mostPx) ?? (RULER_MM[0] as number);
  return { mm, px: mm * pxPerMm };
}
