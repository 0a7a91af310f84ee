/** Boxes in uploads are answered as DeepLesion's are: the centre of the first pixel is 1. */
export const PIXEL_CONVENTION = 'ONE_BASED' as const;
