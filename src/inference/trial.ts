import { type HounsfieldSlice, prepareTensor } from '../imaging';
import { BadModelOutput, decodeBoxes } from './decodeBoxes';
import type { RawOutput, Session } from './detectorSession';
import type { DetectorManifest } from './manifest';

const SIDE_PX = 512;
const AIR_HU = -1024;
const TISSUE_HU = 40;
/** Radii of the body, as shares of the slice's side. */
const BODY_RADII = { x: 0.42, y: 0.3 };
/**
 * Boxes may extend over the edge of the input, where they are clipped; a box that lies further outside than the input's
 * size is invalid.
 */
const OVERHANG = 1;
/**
 * Boxes in fractions of the picture have coordinates from 0 to 1, or a little beyond. No lesion is smaller than a
 * pixel.
 */
const FRACTIONS = { lowest: -0.5, highest: 1.5 };

/**
 * Runs a detector on two synthetic slices, an empty one and one with a body, and checks its outputs as a run would.
 *
 * @returns ms of the slower one
 * @throws BadModelOutput if an output is invalid, a box lies far outside of the input, or all are fractions of it
 */
export async function tryDetector(manifest: DetectorManifest, session: Session): Promise<number> {
  let slowest = 0;
  const outputs: RawOutput[] = [];
  for (const slice of [emptySlice(), bodySlice()]) {
    const started = performance.now();
    const [output] = await session.run([prepareTensor({ slices: [slice], offsetsMm: [0] }, manifest.input)]);
    if (!output) throw new BadModelOutput('The model returned nothing.');
    decodeBoxes(output, manifest, manifest.defaults, {
      width: SIDE_PX,
      height: SIDE_PX,
      pixelConvention: 'ZERO_BASED',
    });
    checkRange(output, manifest.input);
    outputs.push(output);
    slowest = Math.max(slowest, performance.now() - started);
  }
  checkUnit(outputs, manifest.input);
  return slowest;
}

/**
 * Exports of many tools have boxes in fractions of the picture. A box without an area is padding, and indicates
 * nothing.
 */
function checkUnit(outputs: readonly RawOutput[], { width, height }: DetectorManifest['input']): void {
  const boxes = outputs.flatMap((output) => boxesOf(output)).filter(([x1, y1, x2, y2]) => x2 > x1 && y2 > y1);
  const isFraction = (value: number): boolean => value >= FRACTIONS.lowest && value <= FRACTIONS.highest;
  if (boxes.length === 0 || !boxes.every((box) => box.every(isFraction))) return;
  throw new BadModelOutput(
    `output.boxes: expected pixels of the input (${width} × ${height}), but all boxes lie within 0 … 1 and look ` +
      'like fractions of the picture: multiply them by its width and height when exporting.',
  );
}

function boxesOf({ boxes }: RawOutput): [number, number, number, number][] {
  return Array.from({ length: boxes.length >> 2 }, (_, box) => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = boxes.subarray(4 * box, 4 * box + 4);
    return [x1, y1, x2, y2];
  });
}

function checkRange({ boxes }: RawOutput, { width, height }: DetectorManifest['input']): void {
  for (const [index, value] of boxes.entries()) {
    const size = index % 2 === 0 ? width : height;
    if (value < -OVERHANG * size || value > (1 + OVERHANG) * size)
      throw new BadModelOutput(
        `Box ${index >> 2} reaches to ${value}, far outside of the ${width} × ${height} pixels of the input.`,
      );
  }
}

function emptySlice(): HounsfieldSlice {
  return { width: SIDE_PX, height: SIDE_PX, hounsfield: new Int16Array(SIDE_PX ** 2).fill(AIR_HU) };
}

/** An ellipse of soft tissue with a grain, so that no two places are quite alike. */
function bodySlice(): HounsfieldSlice {
  const slice = emptySlice();
  for (let row = 0; row < SIDE_PX; row++)
    for (let column = 0; column < SIDE_PX; column++) {
      const x = (column / SIDE_PX - 0.5) / BODY_RADII.x;
      const y = (row / SIDE_PX - 0.5) / BODY_RADII.y;
      const grain = 60 * Math.sin(row / 5) * Math.cos(column / 9);
      if (x ** 2 + y ** 2 < 1) slice.hounsfield[row * SIDE_PX + column] = TISSUE_HU + grain;
    }
  return slice;
}
