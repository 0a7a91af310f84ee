/**
 * The paper's figures (arXiv 1710.01766, section 3): accuracy at IoU > 0.5 on the real DeepLesion, and time on a Titan
 * X.
 */
export const PAPER = { iouThreshold: 0.5, single: 0.5945, multi: 0.643, millisecondsPerSlice: 88 } as const;
