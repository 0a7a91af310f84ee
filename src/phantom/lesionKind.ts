import type { Anatomy } from './anatomy';
import type { HiddenType, LesionLook } from './lesion';
import type { Random } from './random';
import type { LabelSet } from './tissue';

/** Coarse_lesion_type codes of DL_info.csv. */
export const COARSE = {
  bone: 1,
  abdomen: 2,
  mediastinum: 3,
  liver: 4,
  lung: 5,
  kidney: 6,
  softTissue: 7,
  pelvis: 8,
} as const;

/** A kind of lesion: where it grows, how large it gets, what it looks like. */
export interface LesionKind {
  readonly name: string;
  readonly type: HiddenType;
  readonly coarse: number;
  /** Relative frequency, after the coarse types of the published validation and test rows. */
  readonly weight: number;
  /** Heights of the atlas at which it occurs, mm. */
  readonly zRange: readonly [number, number];
  /** Tissues in which its centre lies. */
  readonly home: LabelSet;
  /** Tissues that its outline may cross; `inside` is the share of the outline that has to stay in them. */
  readonly within: LabelSet;
  readonly inside: number;
  /** Long diameter, mm; its logarithm is uniform. */
  readonly diameterMm: readonly [number, number];
  readonly aspect: readonly [number, number];
  readonly irregularity: number;
  readonly spikes: number;
  /** @param around mean HU of the tissue round the place. */
  readonly look: (random: Random, anatomy: Anatomy, around: number) => LesionLook;
  /**
   * Atlas box that the centre has to lie in: [min x, max x, min y, max y], mm of the atlas; |x| is taken where
   * `mirrored`.
   */
  readonly box?: readonly [number, number, number, number];
  readonly mirrored?: boolean;
}
