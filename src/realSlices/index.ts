/** Detectors and clusters over a folder of key slices with boxes, without a database: the figures on real CT. */
export { type ClusterFigure, type ClusterReport, clusterFigures, compareClustersWithTypes } from './clusterTypes';
export { compareDetectors, type DetectorFigure, type RealSlicesReport } from './compareDetectors';
export { describeClusters } from './describeClusters';
export { describeReport } from './describeReport';
export { type BoxedSlice, type BoxedSlices, readBoxedSlices } from './readBoxedSlices';
export { withHounsfieldAdded } from './withHounsfieldAdded';
