/** What arguments of analyses may be. */
import { BadUserInput } from '../errors';
import type { Stratum } from '../evaluation';
import { parseThresholds } from './evaluationProtocol';

/** More false positives in an image than any detector makes. */
export const MAX_RATE = 1_000;

/** @returns the threshold in thousandths @throws BadUserInput naming iouThreshold */
export function checkThreshold(iouThreshold: number): number {
  return parseThresholds([iouThreshold], 'iouThreshold')[0]!;
}

/** @throws BadUserInput naming the argument, unless the value is from 0 to `most` */
export function checkRange(argument: string, value: number, most: number): void {
  if (!(value >= 0 && value <= most))
    throw new BadUserInput(`Expected ${argument} to be from 0 to ${most}, got ${value}.`, argument);
}

/** @throws BadUserInput with the names that there are, if none is that */
export function expectStratum(strata: readonly Stratum[], name: string): Stratum {
  const stratum = strata.find((one) => one.name === name);
  if (stratum) return stratum;
  const known = strata.map((one) => one.name).join(', ');
  throw new BadUserInput(`No stratum "${name}" in this evaluation. Known: ${known}.`, 'stratum');
}
