import {
  boundView,
  fitted,
  lengthMm,
  panBy,
  pixelAt,
  rulerOf,
  type Scene,
  scaleOf,
  toSlice,
  toStage,
  viewOfBox,
  viewWithPoint,
  zoomBy,
} from '../../../web/app/viewer/geometry';

const SLICE = { width: 512, height: 512 };
const SCENE: Scene = { slice: SLICE, stage: { width: 800, height: 600 } };
const WHOLE = fitted(SLICE);

describe('a view', () => {
  it('shows the whole slice in the middle at first, as large as the shorter side allows', () => {
    expect(scaleOf(WHOLE, SCENE)).toBeCloseTo(600 / 512);
    expect(toStage({ x: 256, y: 256 }, WHOLE, SCENE)).toEqual({ x: 400, y: 300 });
    expect(toStage({ x: 0, y: 0 }, WHOLE, SCENE)).toEqual({ x: 100, y: 0 });
  });

  it('tells the point of the slice under a point of the stage, and back', () => {
    const view = { zoom: 3.3, x: 101.5, y: 333 };
    const there = toStage({ x: 17.25, y: 400 }, view, SCENE);
    const back = toSlice(there, view, SCENE);
    expect(back.x).toBeCloseTo(17.25);
    expect(back.y).toBeCloseTo(400);
  });

  it('keeps what is under the pointer in its place when it zooms', () => {
    const pointer = { x: 523, y: 141 };
    const before = toSlice(pointer, WHOLE, SCENE);
    const after = toSlice(pointer, zoomBy(WHOLE, 2.5, SCENE, pointer), SCENE);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  it('zooms from 1 to 32 and never loses the slice', () => {
    expect(zoomBy(WHOLE, 1000, SCENE).zoom).toBe(32);
    expect(zoomBy({ zoom: 1.1, x: 3, y: 500 }, 0.1, SCENE)).toEqual(WHOLE);
    expect(boundView({ zoom: 4, x: -99, y: 9999 }, SLICE)).toEqual({ zoom: 4, x: 0, y: 512 });
  });

  it('moves with the pointer', () => {
    const view = { zoom: 2, x: 256, y: 256 };
    const moved = panBy(view, 30, -12, SCENE);
    const there = toStage({ x: 200, y: 200 }, view, SCENE);
    expect(toStage({ x: 200, y: 200 }, moved, SCENE)).toEqual({ x: there.x + 30, y: there.y - 12 });
  });

  it('shows a box in the middle, and is moved to a point only if that is not seen', () => {
    expect(viewOfBox({ x1: 100, y1: 100, x2: 140, y2: 120 }, SLICE)).toEqual({
      zoom: (512 * 0.4) / 40,
      x: 120,
      y: 110,
    });
    const view = { zoom: 4, x: 256, y: 256 };
    expect(viewWithPoint(view, { x: 300, y: 300 }, SLICE)).toBe(view);
    expect(viewWithPoint(view, { x: 500, y: 300 }, SLICE)).toEqual({ zoom: 4, x: 500, y: 300 });
  });
});

describe('lengths', () => {
  it('are in mm where the spacing is known', () => {
    const segment = { start: { x: 0, y: 0 }, end: { x: 30, y: 40 } };
    expect(lengthMm(segment, 0.5)).toBe(25);
    expect(lengthMm(segment, null)).toBeNull();
  });

  it('give the ruler the longest round length that has room', () => {
    expect(rulerOf(2, 120)).toEqual({ mm: 50, px: 100 });
    expect(rulerOf(100, 120)).toEqual({ mm: 1, px: 100 });
  });
});

describe('the pixel under a point', () => {
  it('is the one whose square contains it; there is none beside the slice', () => {
    expect(pixelAt({ x: 0, y: 0.99 }, SLICE)).toEqual({ column: 0, row: 0 });
    expect(pixelAt({ x: 511.9, y: 511.9 }, SLICE)).toEqual({ column: 511, row: 511 });
    expect(pixelAt({ x: 512, y: 3 }, SLICE)).toBeNull();
    expect(pixelAt({ x: -0.1, y: 3 }, SLICE)).toBeNull();
  });
});
