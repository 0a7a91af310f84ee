import { windowToBytes } from '../../../src/imaging';
import { fillTable, lookUp, type WindowLevel } from '../../../web/app/viewer/painter';

/** Every value that a slice can hold, as one slice. */
const ALL: Int16Array = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);

/** The greys that the viewer draws, 0 … 255. */
function greysOf(hounsfield: Int16Array, window: WindowLevel): Uint8Array {
  const table = new Uint32Array(65_536);
  const pixels = new Uint32Array(hounsfield.length);
  fillTable(table, window);
  lookUp(hounsfield, table, pixels);
  return Uint8Array.from(pixels, (pixel) => pixel & 0xff);
}

const WINDOWS: WindowLevel[] = [
  { center: 50, width: 400 },
  { center: -600, width: 1500 },
  { center: 1023.5, width: 4095 },
  { center: 0, width: 1 },
  { center: 0.5, width: 2 },
  { center: 40, width: 80 },
  { center: -32_768, width: 1 },
  { center: 32_767, width: 300 },
  { center: -32_768, width: 65_535 },
  { center: 37, width: 333 },
];

describe('the look-up table of the viewer', () => {
  it.each(WINDOWS)('draws the same greys as the server: centre $center, width $width', (window) => {
    const expected = windowToBytes({ width: 256, height: 256, hounsfield: ALL }, window);
    expect(greysOf(ALL, window)).toEqual(expected);
  });

  it('leaves nothing of an earlier window', () => {
    const table = new Uint32Array(65_536);
    fillTable(table, { center: 0, width: 2000 });
    fillTable(table, { center: 500, width: 10 });
    const fresh = new Uint32Array(65_536);
    fillTable(fresh, { center: 500, width: 10 });
    expect(table).toEqual(fresh);
  });

  it('draws opaque greys: red, green and blue alike', () => {
    const table = new Uint32Array(65_536);
    fillTable(table, { center: 50, width: 400 });
    for (const pixel of [table[0], table[32_768 + 50], table[65_535]]) {
      const [red, green, blue, alpha] = new Uint8Array(Uint32Array.of(pixel ?? 0).buffer);
      expect([green, blue, alpha]).toEqual([red, red, 255]);
    }
  });
});
