import { formatNumber, titleOf, wordsOf } from '../../data/text';
import type { ListedLesion } from './useLesionRows';

/** "23.4 × 15.1 mm"; a lesion of which only a box is known has no diameters */
export function diametersOf({ longDiameterMm, shortDiameterMm }: ListedLesion): string {
  if (longDiameterMm === null) return 'no diameters';
  const short = shortDiameterMm === null ? '' : ` × ${formatNumber(shortDiameterMm)}`;
  return `${formatNumber(longDiameterMm)}${short} mm`;
}

/** "Type unknown" says more than "Unknown" where no heading stands above it. */
export const typeOf = ({ coarseType }: ListedLesion): string =>
  coarseType === 'UNKNOWN' ? 'Type unknown' : titleOf(coarseType);

/** "female 51", "male", "51 years"; without a comma, because a name of several parts is made with commas */
export function personOf({ patient: { sex }, image: { study } }: ListedLesion): string {
  const who = sex === 'UNKNOWN' ? null : wordsOf(sex);
  const age = study.ageYears;
  if (age === null) return who ?? '–';
  return who === null ? `${formatNumber(age, 0)} years` : `${who} ${formatNumber(age, 0)}`;
}

/** What a pseudo-cluster is called: by a radiologist, or by its number. */
export const clusterNameOf = ({ label, clusterIndex }: { label: string | null; clusterIndex: number }): string =>
  label ?? `Pseudo-cluster ${clusterIndex}`;
