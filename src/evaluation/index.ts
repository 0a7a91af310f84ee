/** Figures of merit of a detector: pure functions on typed arrays. The legend of shapes stands in `boxes.ts`. */
export { checkScoredImages, type ImageBoxes, packImages, type ScoredImages } from './boxes';
export { type BoxMeasure, boxIou, clipBoxes, type Overlap, type OverlapCriterion, overlapOf } from './iou';
