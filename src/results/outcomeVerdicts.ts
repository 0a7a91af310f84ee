/** Which outcomes of a run have a verdict of radiologists. */
import type { Queryable } from '../database';
import { findVerdictsOfRun } from './reviews';

/** A current verdict, or that there is none. */
export const OUTCOME_VERDICTS = ['LESION', 'NOT_A_LESION', 'UNSURE', 'NONE'] as const;
export type OutcomeVerdict = (typeof OUTCOME_VERDICTS)[number];

/** Detections of a run, by their places in images, and whether they are those that are wanted, or those that are not. */
export interface DetectionPlaces {
  readonly areWanted: boolean;
  /** image and rank, from 1 */
  readonly places: readonly (readonly [imageId: number, rank: number])[];
}

/** @returns the detections whose current verdict is one of these; detections without one are NONE */
export async function placesOfVerdicts(
  database: Queryable,
  runId: number,
  verdicts: readonly OutcomeVerdict[],
): Promise<DetectionPlaces> {
  const wanted = new Set<string>(verdicts);
  // Most detections have no verdict: where those are wanted, the others are named.
  const areWanted = !wanted.has('NONE');
  const reviewed = await findVerdictsOfRun(database, runId);
  const named = reviewed.filter(({ verdict }) => wanted.has(verdict) === areWanted);
  return { areWanted, places: named.map(({ imageId, rank }) => [imageId, rank] as const) };
}

/** More than the greatest rank of a detection in its image. */
const RANKS = 65_536;

/** @returns whether a detection is wanted */
export function readPlaces({ areWanted, places }: DetectionPlaces): (imageId: number, rank: number) => boolean {
  const named = new Set(places.map(([imageId, rank]) => imageId * RANKS + rank));
  return (imageId, rank) => named.has(imageId * RANKS + rank) === areWanted;
}
