import { COARSE } from './lesionKind';
import type { Random } from './random';

type Window = readonly [low: number, high: number];

const SOFT: readonly (readonly [Window, number])[] = [
  [[-175, 275], 0.93],
  [[-160, 240], 0.03],
  [[-180, 300], 0.02],
  [[-182.5, 322.5], 0.02],
];
const LUNG: readonly (readonly [Window, number])[] = [
  [[-1500, 500], 0.79],
  [[-175, 275], 0.15],
  [[-1400, 200], 0.04],
  [[-1350, 250], 0.02],
];
const BONE: readonly (readonly [Window, number])[] = [
  [[-1500, 500], 0.55],
  [[-175, 275], 0.36],
  [[-1400, 200], 0.06],
  [[-620, 1680], 0.03],
];

/**
 * Draws the Hounsfield window in which the lesion was bookmarked, with the frequencies of the published validation
 * rows.
 */
export function drawWindow(random: Random, coarseType: number): Window {
  const table = coarseType === COARSE.lung ? LUNG : coarseType === COARSE.bone ? BONE : SOFT;
  return random.weighted(table, ([, weight]) => weight)[0];
}

const BODY_Z: readonly (readonly [z: number, part: number])[] = [
  [-60, 0.22],
  [0, 0.28],
  [100, 0.37],
  [235, 0.47],
  [320, 0.55],
  [450, 0.65],
  [670, 0.79],
  [850, 0.93],
];

/** Relative height in the body (0 head, 1 feet) of a height of the atlas, mm. */
export function bodyPart(z: number): number {
  for (let k = 1; k < BODY_Z.length; k++) {
    const a = BODY_Z[k - 1];
    const b = BODY_Z[k];
    if (a !== undefined && b !== undefined && z <= b[0])
      return Math.max(0, a[1] + ((z - a[0]) / (b[0] - a[0])) * (b[1] - a[1]));
  }
  return 0.93;
}

/** Where the golden-ratio sequence of patients is cut into splits: 70 % training, 15 % validation, 15 % test. */
export function splitOf(seed: number, patient: number): 1 | 2 | 3 {
  const at = (patient * 0.6180339887498949 + ((seed * 7919) % 1000) / 1000) % 1;
  return at < 0.7 ? 1 : at < 0.85 ? 2 : 3;
}
