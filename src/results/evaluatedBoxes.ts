/** Rows that an evaluation is computed of, as they are read. */

export interface EvaluatedLesion {
  id: number;
  imageId: number;
  patientId: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  longDiameterMm: number | null;
  coarseType: string;
  possiblyNoisy: boolean;
  /** of its pseudo-cluster, from 1; null if it is in none */
  clusterIndex: number | null;
}

export interface CompletedImage {
  id: number;
  width: number;
  height: number;
  oneBased: boolean;
  patientId: number;
}

/** The detections of one image as one field: five big-endian doubles each (x1 y1 x2 y2 score), best first. */
export interface PackedDetections {
  imageId: number;
  packed: Buffer;
}

export const BYTES_PER_DETECTION = 5 * 8;
