import { PNG } from 'pngjs';
import { z } from 'zod';

/**
 * pngjs gives 16-bit images as four channels of 16 bits when it is told not to rescale; its types know 8 bits alone.
 */
const image16 = z.object({
  width: z.number(),
  height: z.number(),
  depth: z.literal(16),
  data: z.instanceof(Uint16Array),
});

export interface GreyImage {
  width: number;
  height: number;
  pixels: Uint16Array;
}

/** Decodes a 16-bit grey PNG. */
export function decodeGrey16(png: Buffer): GreyImage {
  const { width, height, data } = image16.parse(PNG.sync.read(png, { skipRescale: true }));
  return { width, height, pixels: Uint16Array.from({ length: width * height }, (_, i) => data[4 * i] ?? 0) };
}
