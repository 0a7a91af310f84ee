import type { Canvas } from './canvas';
import { encodePng } from './render';

/** A picture that is part of a montage. */
export type Tile = Canvas;

/** Between tiles and at the edges, in pixels. */
const GAP = 2;

/**
 * Puts tiles side by side in as many columns as rows, or one more, row by row on black. A tile that is smaller lies in
 * the middle of its place.
 *
 * @param tiles at least one, none larger than `size`
 * @param size side of a tile's place in pixels
 * @returns an 8-bit RGB PNG
 */
export function renderMontage(tiles: readonly Tile[], size: number): Promise<Buffer> {
  const columns = Math.ceil(Math.sqrt(tiles.length));
  const rows = Math.ceil(tiles.length / columns);
  const width = columns * (size + GAP) + GAP;
  const height = rows * (size + GAP) + GAP;
  const rgb = new Uint8Array(3 * width * height);
  for (const [index, tile] of tiles.entries()) {
    const left = GAP + (index % columns) * (size + GAP) + Math.floor((size - tile.width) / 2);
    const top = GAP + Math.floor(index / columns) * (size + GAP) + Math.floor((size - tile.height) / 2);
    for (let y = 0; y < tile.height; y++) {
      const row = tile.rgb.subarray(3 * y * tile.width, 3 * (y + 1) * tile.width);
      rgb.set(row, 3 * ((top + y) * width + left));
    }
  }
  return encodePng(rgb, { width, height }, 3);
}
