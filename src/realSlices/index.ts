/** Detectors over a folder of key slices with boxes, without a database: the figure on real CT. */
export { compareDetectors, type DetectorFigure, type RealSlicesReport } from './compareDetectors';
export { describeReport } from './describeReport';
export { type BoxedSlice, type BoxedSlices, readBoxedSlices } from './readBoxedSlices';
export { withHounsfieldAdded } from './withHounsfieldAdded';
