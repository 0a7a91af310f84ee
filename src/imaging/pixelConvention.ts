/** Where the first pixel lies: DeepLesion counts its centre as 1, COCO its left edge as 0. */
export const PIXEL_CONVENTIONS = ['ONE_BASED', 'ZERO_BASED'] as const;
export type PixelConvention = (typeof PIXEL_CONVENTIONS)[number];
