/** Boxes in uploads have the convention of DeepLesion: the centre of the first pixel is 1. */
export const PIXEL_CONVENTION = 'ONE_BASED' as const;
