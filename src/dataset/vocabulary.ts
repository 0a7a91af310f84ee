/** The closed vocabularies of a data set, equal to the enums of the database. */

export const SPLITS = ['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED'] as const;
export type Split = (typeof SPLITS)[number];

export const SEXES = ['FEMALE', 'MALE', 'UNKNOWN'] as const;
export type Sex = (typeof SEXES)[number];

export const COARSE_TYPES = [
  'UNKNOWN',
  'BONE',
  'ABDOMEN',
  'MEDIASTINUM',
  'LIVER',
  'LUNG',
  'KIDNEY',
  'SOFT_TISSUE',
  'PELVIS',
] as const;
export type CoarseType = (typeof COARSE_TYPES)[number];
