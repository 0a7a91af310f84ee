import type { Anatomy } from './anatomy';
import type { HiddenType, LesionLook } from './lesion';
import type { Random } from './random';
import { type LabelSet, labels, TISSUE } from './tissue';

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
  /** Atlas box that the centre has to lie in: [min x, max x, min y, max y], mm of the atlas; |x| is taken where `mirrored`. */
  readonly box?: readonly [number, number, number, number];
  readonly mirrored?: boolean;
}

const T = TISSUE;
const LUNG = labels(T.lung);
const LIVER = labels(T.liver);
const CHEST_FAT = labels(T.mediastinum);
const CHEST = labels(T.mediastinum, T.lung, T.vessel, T.airway, T.gland, T.heart);
const BELLY_FAT = labels(T.abdominalFat);
const BELLY = labels(T.abdominalFat, T.bowel, T.vessel, T.pancreas, T.stomach, T.muscle);
const PELVIS_FAT = labels(T.pelvicFat);
const PELVIS = labels(T.pelvicFat, T.bowel, T.vessel, T.bladder, T.pelvicOrgan, T.abdominalFat, T.muscle);
const WALL = labels(T.subcutaneousFat, T.deepFat, T.muscle);

function plain(hu: number, edge: number, textureHu = 5): LesionLook {
  return { hu, edge, rimHu: 0, coreHu: 0, coreRadius: 0.5, textureHu };
}

function enhancement(anatomy: Anatomy): number {
  return anatomy.phase === 'none' ? 0 : 1;
}

function lungLook(random: Random): LesionLook {
  const cavity = random.chance(0.07);
  return {
    hu: random.normal(18, 28),
    edge: random.uniform(1.2, 2.6),
    rimHu: 0,
    coreHu: cavity ? -650 : 0,
    coreRadius: random.uniform(0.35, 0.55),
    textureHu: 12,
  };
}

function liverLook(random: Random, anatomy: Anatomy): LesionLook {
  const organ = anatomy.hu.liver;
  const drop = anatomy.phase === 'none' ? random.uniform(22, 38) : random.uniform(30, 78);
  const rim = random.chance(0.25) ? random.uniform(15, 40) : 0;
  return {
    hu: organ - drop,
    edge: random.uniform(1.8, 5.5),
    rimHu: rim,
    coreHu: random.chance(0.25) ? -random.uniform(10, 28) : 0,
    coreRadius: 0.55,
    textureHu: 5,
  };
}

function nodeLook(random: Random, anatomy: Anatomy): LesionLook {
  const necrotic = random.chance(0.15);
  return {
    hu: random.normal(52, 7) + enhancement(anatomy) * random.normal(26, 14),
    edge: random.uniform(1.2, 2.2),
    rimHu: 0,
    coreHu: necrotic ? -random.uniform(20, 45) : 0,
    coreRadius: 0.6,
    textureHu: 5,
  };
}

function massLook(random: Random, anatomy: Anatomy): LesionLook {
  const necrotic = random.chance(0.38);
  return {
    hu: random.normal(48, 8) + enhancement(anatomy) * random.normal(26, 14),
    edge: random.uniform(1.3, 3.2),
    rimHu: necrotic ? random.uniform(5, 30) : 0,
    coreHu: necrotic ? -random.uniform(18, 45) : 0,
    coreRadius: random.uniform(0.5, 0.75),
    textureHu: 10,
  };
}

function cystLook(random: Random): LesionLook {
  return plain(random.normal(8, 5), 1.3, 2);
}

function boneLook(random: Random): LesionLook {
  return random.chance(0.55)
    ? { ...plain(random.normal(55, 15), random.uniform(1.3, 2.5), 10), rimHu: random.chance(0.3) ? 180 : 0 }
    : plain(random.uniform(620, 1000), random.uniform(2, 4.5), 60);
}

const common = { inside: 0.9, aspect: [0.62, 1], irregularity: 0.055, spikes: 0 } as const;

/** All kinds of lesions, with weights in per cent of all lesions. */
export const LESION_KINDS: readonly LesionKind[] = [
  {
    ...common,
    name: 'solid nodule',
    type: 'lung',
    coarse: COARSE.lung,
    weight: 14.5,
    zRange: [92, 385],
    home: LUNG,
    within: LUNG,
    diameterMm: [6, 28],
    look: lungLook,
  },
  {
    ...common,
    name: 'spiculated mass',
    type: 'lung',
    coarse: COARSE.lung,
    weight: 5.5,
    zRange: [100, 370],
    home: LUNG,
    within: labels(T.lung, T.mediastinum, T.muscle),
    inside: 0.8,
    diameterMm: [14, 58],
    irregularity: 0.08,
    spikes: 0.06,
    look: lungLook,
  },
  {
    ...common,
    name: 'ground glass',
    type: 'lung',
    coarse: COARSE.lung,
    weight: 2,
    zRange: [100, 370],
    home: LUNG,
    within: LUNG,
    diameterMm: [10, 32],
    irregularity: 0.08,
    look: (r) => plain(r.uniform(-560, -300), r.uniform(3, 6), 45),
  },
  {
    ...common,
    name: 'pleural nodule',
    type: 'lung',
    coarse: COARSE.lung,
    weight: 2.4,
    zRange: [110, 370],
    home: LUNG,
    within: labels(T.lung, T.muscle, T.deepFat, T.bone, T.marrow),
    inside: 0.95,
    diameterMm: [9, 34],
    aspect: [0.5, 0.8],
    look: (r) => plain(r.normal(35, 15), 1.6, 8),
  },
  {
    ...common,
    name: 'metastasis',
    type: 'liver',
    coarse: COARSE.liver,
    weight: 10,
    zRange: [306, 480],
    home: LIVER,
    within: LIVER,
    diameterMm: [9, 68],
    irregularity: 0.07,
    look: liverLook,
  },
  {
    ...common,
    name: 'hepatic cyst',
    type: 'liver',
    coarse: COARSE.liver,
    weight: 1.5,
    zRange: [306, 480],
    home: LIVER,
    within: LIVER,
    diameterMm: [8, 45],
    aspect: [0.8, 1],
    irregularity: 0.03,
    look: cystLook,
  },
  {
    ...common,
    name: 'hypervascular lesion',
    type: 'liver',
    coarse: COARSE.liver,
    weight: 1.3,
    zRange: [306, 480],
    home: LIVER,
    within: LIVER,
    diameterMm: [10, 42],
    look: (r, a) => ({
      ...plain(a.hu.liver + (a.phase === 'none' ? -28 : r.uniform(30, 60)), r.uniform(1.5, 3), 5),
      coreHu: r.chance(0.4) ? -25 : 0,
      coreRadius: 0.4,
    }),
  },
  {
    ...common,
    name: 'mediastinal node',
    type: 'node',
    coarse: COARSE.mediastinum,
    weight: 14.5,
    zRange: [108, 262],
    home: CHEST_FAT,
    within: CHEST,
    diameterMm: [10, 36],
    look: nodeLook,
    box: [-52, 54, -75, 45],
  },
  {
    ...common,
    name: 'mediastinal mass',
    type: 'node',
    coarse: COARSE.mediastinum,
    weight: 2.5,
    zRange: [115, 255],
    home: CHEST_FAT,
    within: CHEST,
    diameterMm: [28, 68],
    irregularity: 0.09,
    look: massLook,
    box: [-52, 54, -75, 45],
  },
  {
    ...common,
    name: 'retroperitoneal node',
    type: 'abdomen',
    coarse: COARSE.abdomen,
    weight: 6,
    zRange: [400, 575],
    home: BELLY_FAT,
    within: BELLY,
    diameterMm: [10, 38],
    look: nodeLook,
    box: [-45, 45, -15, 40],
  },
  {
    ...common,
    name: 'mesenteric node',
    type: 'abdomen',
    coarse: COARSE.abdomen,
    weight: 4.5,
    zRange: [430, 600],
    home: BELLY_FAT,
    within: BELLY,
    diameterMm: [10, 40],
    look: nodeLook,
    box: [-85, 85, -75, -5],
  },
  {
    ...common,
    name: 'peritoneal mass',
    type: 'abdomen',
    coarse: COARSE.abdomen,
    weight: 4.5,
    zRange: [400, 610],
    home: BELLY_FAT,
    within: BELLY,
    inside: 0.8,
    diameterMm: [18, 75],
    irregularity: 0.09,
    look: massLook,
  },
  {
    ...common,
    name: 'pancreatic mass',
    type: 'abdomen',
    coarse: COARSE.abdomen,
    weight: 2.5,
    zRange: [388, 448],
    home: labels(T.pancreas),
    within: labels(T.pancreas, T.abdominalFat, T.vessel, T.stomach),
    inside: 0.8,
    diameterMm: [14, 48],
    irregularity: 0.08,
    look: (r, a) => plain(a.hu.pancreas - r.uniform(28, 55), r.uniform(1.8, 3.5), 6),
  },
  {
    ...common,
    name: 'adrenal nodule',
    type: 'abdomen',
    coarse: COARSE.abdomen,
    weight: 2.7,
    zRange: [362, 398],
    home: labels(T.gland, T.abdominalFat),
    within: BELLY,
    inside: 0.7,
    diameterMm: [13, 46],
    look: (r, a) => plain(r.normal(30, 15) + enhancement(a) * 25, 1.5, 6),
    box: [30, 56, 22, 46],
    mirrored: true,
  },
  {
    ...common,
    name: 'splenic lesion',
    type: 'abdomen',
    coarse: COARSE.abdomen,
    weight: 1.3,
    zRange: [325, 422],
    home: labels(T.spleen),
    within: labels(T.spleen),
    diameterMm: [9, 40],
    look: (r, a) =>
      plain(a.hu.spleen - (a.phase === 'none' ? r.uniform(22, 35) : r.uniform(35, 75)), r.uniform(1.5, 3.5), 5),
  },
  {
    ...common,
    name: 'renal cyst',
    type: 'mixed',
    coarse: COARSE.kidney,
    weight: 2.2,
    zRange: [392, 500],
    home: labels(T.kidney),
    within: labels(T.kidney, T.abdominalFat, T.liver, T.fluid),
    inside: 0.9,
    diameterMm: [10, 50],
    aspect: [0.82, 1],
    irregularity: 0.03,
    look: cystLook,
  },
  {
    ...common,
    name: 'renal mass',
    type: 'mixed',
    coarse: COARSE.kidney,
    weight: 3,
    zRange: [392, 500],
    home: labels(T.kidney),
    within: labels(T.kidney, T.abdominalFat, T.fluid, T.muscle),
    inside: 0.85,
    diameterMm: [12, 62],
    irregularity: 0.07,
    look: (r, a) => ({
      ...massLook(r, a),
      hu: a.phase === 'none' ? r.normal(60, 5) : a.hu.kidneyCortex - r.uniform(45, 100),
    }),
  },
  {
    ...common,
    name: 'pelvic node',
    type: 'mixed',
    coarse: COARSE.pelvis,
    weight: 4.6,
    zRange: [590, 712],
    home: PELVIS_FAT,
    within: PELVIS,
    diameterMm: [10, 38],
    look: nodeLook,
    box: [32, 82, -50, 45],
    mirrored: true,
  },
  {
    ...common,
    name: 'pelvic mass',
    type: 'mixed',
    coarse: COARSE.pelvis,
    weight: 3.4,
    zRange: [610, 715],
    home: PELVIS_FAT,
    within: PELVIS,
    inside: 0.75,
    diameterMm: [22, 78],
    irregularity: 0.09,
    look: massLook,
  },
  {
    ...common,
    name: 'adnexal cyst',
    type: 'mixed',
    coarse: COARSE.pelvis,
    weight: 1,
    zRange: [630, 690],
    home: PELVIS_FAT,
    within: PELVIS,
    inside: 0.8,
    diameterMm: [20, 62],
    aspect: [0.75, 1],
    irregularity: 0.03,
    look: (r) => ({ ...plain(r.normal(14, 6), 1.4, 3), rimHu: r.chance(0.5) ? 35 : 0 }),
  },
  {
    ...common,
    name: 'subcutaneous nodule',
    type: 'mixed',
    coarse: COARSE.softTissue,
    weight: 2.6,
    zRange: [90, 760],
    home: labels(T.subcutaneousFat),
    within: labels(T.subcutaneousFat, T.skin, T.muscle, T.deepFat),
    inside: 0.9,
    diameterMm: [9, 36],
    look: nodeLook,
  },
  {
    ...common,
    name: 'muscle mass',
    type: 'mixed',
    coarse: COARSE.softTissue,
    weight: 1.6,
    zRange: [90, 760],
    home: labels(T.muscle),
    within: labels(T.muscle, T.deepFat),
    inside: 0.85,
    diameterMm: [18, 70],
    irregularity: 0.07,
    look: (r, a) => ({
      ...plain(a.hu.muscle + (r.chance(0.65) ? -r.uniform(38, 55) : r.uniform(38, 65)), r.uniform(1.5, 3), 8),
      rimHu: r.chance(0.4) ? 35 : 0,
    }),
  },
  {
    ...common,
    name: 'axillary node',
    type: 'mixed',
    coarse: COARSE.softTissue,
    weight: 2.2,
    zRange: [100, 185],
    home: labels(T.deepFat),
    within: WALL,
    inside: 0.8,
    diameterMm: [10, 36],
    look: nodeLook,
    box: [108, 160, -55, 40],
    mirrored: true,
  },
  {
    ...common,
    name: 'inguinal node',
    type: 'mixed',
    coarse: COARSE.softTissue,
    weight: 1.3,
    zRange: [715, 775],
    home: labels(T.deepFat, T.subcutaneousFat),
    within: WALL,
    inside: 0.8,
    diameterMm: [10, 34],
    look: nodeLook,
    box: [48, 105, -95, -45],
    mirrored: true,
  },
  {
    ...common,
    name: 'neck node',
    type: 'mixed',
    coarse: COARSE.softTissue,
    weight: 1.1,
    zRange: [-5, 62],
    home: labels(T.deepFat),
    within: labels(T.deepFat, T.muscle, T.vessel),
    inside: 0.8,
    diameterMm: [10, 30],
    look: nodeLook,
  },
  {
    ...common,
    name: 'bone lesion',
    type: 'mixed',
    coarse: COARSE.bone,
    weight: 3.2,
    zRange: [90, 745],
    home: labels(T.marrow),
    within: labels(T.marrow, T.bone, T.muscle, T.deepFat),
    inside: 0.9,
    diameterMm: [9, 36],
    irregularity: 0.08,
    look: boneLook,
  },
];
