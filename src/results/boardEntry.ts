/** What a board says. */
import type { RankedEntry } from '../evaluation';
import type { TrainingOverlap } from './boardRuns';

/** Why an entry has no rank. */
export const BOARD_STANDINGS = ['RANKED', 'INCOMPLETE', 'SAW_TEST_PATIENTS'] as const;
export type BoardStanding = (typeof BOARD_STANDINGS)[number];

export interface BoardEntry extends TrainingOverlap {
  runId: number;
  detectorId: number;
  evaluationId: number | null;
  standing: BoardStanding;
  /** null unless it is ranked */
  place: Omit<RankedEntry, 'key' | 'value' | 'interval'> | null;
  /** null if images are missing */
  value: number | null;
  ciLow: number | null;
  ciHigh: number | null;
  imagesCompleted: number;
  verified: boolean;
  finishedAt: Date | null;
  /** runs of its owner over this hidden split; null for a split that is not hidden */
  tries: number | null;
}

export interface BoardReport {
  entries: BoardEntry[];
  imageCount: number;
  imagesWithoutPixels: number;
  /** null if the ground truth is hidden */
  lesionCount: number | null;
  patientCount: number | null;
  resolvableDifference: number | null;
  resamples: number;
}
