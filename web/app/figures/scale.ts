/** Places values on the screen. Ticks are given by the axes, so no more is needed than this. */
export interface Scale {
  /** from a value of the domain to pixels */
  (value: number): number;
  /** from pixels to the value that stands there */
  invert(pixel: number): number;
}

/** A domain or a range: where it begins and where it ends; a range may descend. */
export type Extent = readonly [number, number];

/** Equal differences are equally far apart. A domain without an extent lies at the middle of the range. */
export function linearScale([low, high]: Extent, [start, end]: Extent): Scale {
  const span = high - low;
  const toPixel = (value: number): number =>
    span === 0 ? (start + end) / 2 : start + ((value - low) / span) * (end - start);
  return Object.assign(toPixel, { invert: (pixel: number) => low + ((pixel - start) / (end - start)) * span });
}

/** Equal ratios are equally far apart. @param domain both ends above 0 */
export function logScale(domain: Extent, range: Extent): Scale {
  const exponents = linearScale([Math.log2(domain[0]), Math.log2(domain[1])], range);
  const toPixel = (value: number): number => exponents(Math.log2(value));
  return Object.assign(toPixel, { invert: (pixel: number) => 2 ** exponents.invert(pixel) });
}
