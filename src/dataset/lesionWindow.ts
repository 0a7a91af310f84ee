import type { CoarseType } from './vocabulary';

/**
 * The window, by the name of its preset in imaging, in which lesions of a coarse type are read. The first window of the
 * source was chosen for the whole slice: in one for soft tissue, a lesion of the lung is black.
 */
const WINDOW_OF_TYPE: Readonly<Record<CoarseType, string | null>> = {
  UNKNOWN: null,
  BONE: 'bone',
  ABDOMEN: 'abdomen',
  MEDIASTINUM: 'mediastinum',
  LIVER: 'liver',
  LUNG: 'lung',
  KIDNEY: 'abdomen',
  SOFT_TISSUE: 'soft-tissue',
  PELVIS: 'abdomen',
};

/** @returns the name of a preset; null if the type is unknown: the first window of the image has to do */
export function windowOfCoarseType(coarseType: CoarseType): string | null {
  return WINDOW_OF_TYPE[coarseType];
}
