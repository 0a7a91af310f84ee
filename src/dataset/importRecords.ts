/** What an importer of any format hands to the store. */
import type { Box } from './recist';
import type { CoarseType, Sex, Split } from './vocabulary';

/** One lesion with everything that its source row states about its image, study and patient. */
export interface LesionRecord {
  /** 0-based place in the source; others cite lesions by it */
  sourceRowIndex: number;
  /** the position of the record in the source, for messages: `line 7` or `annotations[3]` */
  place: string;
  image: ImageRecord;
  box: Box;
  /** RECIST axes, 8 numbers; empty if the source has boxes only */
  axes: number[];
  longDiameterMm: number | null;
  shortDiameterMm: number | null;
  /** x, y, z of the body, 0..1 */
  normalizedLocation: readonly [number, number, number] | null;
  coarseType: CoarseType;
  possiblyNoisy: boolean;
}

/** A key slice and whom it shows. */
export interface ImageRecord {
  fileName: string;
  /** as the source has it, with slashes, where that is not the name: the pixel file may lie there */
  sourcePath?: string;
  patientIndex: number;
  studyIndex: number;
  seriesIndex: number;
  sliceIndex: number;
  sliceRange: readonly [number, number] | null;
  width: number;
  height: number;
  pixelSpacingMm: number | null;
  sliceIntervalMm: number | null;
  windows: number[];
  split: Split;
  sex: Sex;
  ageYears: number | null;
}

/** Why a row of the source cannot be imported. */
export interface RowProblem {
  place: string;
  /** column or field */
  column: string;
  reason: string;
}
