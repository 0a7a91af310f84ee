import type { Point3 } from '../raster';
import { labels, TISSUE } from '../tissue';
import { grown, type Keyframe } from './keyframes';
import type { Scene } from './scene';

/** The heart with its muscle. */
export const HEART: readonly Keyframe[] = [
  [208, 6, -22, 14, 10, -0.3],
  [222, 10, -22, 40, 32, 0.4],
  [245, 16, -24, 56, 42, 0.5],
  [280, 26, -28, 62, 44, 0.5],
  [305, 32, -36, 56, 36, 0.45],
  [325, 36, -46, 34, 20, 0.35],
  [332, 38, -50, 8, 6, 0.3],
];
const DESCENDING_AORTA: readonly Keyframe[] = [
  [156, 24, 34, 12, 12],
  [280, 24, 42, 12, 12],
  [330, 12, 30, 11.5, 11.5],
  [400, 4, 17, 10, 10],
  [500, 3, 4, 8.5, 8.5],
  [522, 2, 3, 9.5, 8],
];
const ASCENDING_AORTA: readonly Keyframe[] = [
  [158, -14, -36, 14, 15],
  [180, -14, -36, 15.5, 15.5],
  [228, -4, -28, 16, 15],
  [240, 0, -24, 14, 13],
];
const VENA_CAVA_SUPERIOR: readonly Keyframe[] = [
  [124, -28, -34, 8, 9],
  [190, -34, -26, 9, 10],
  [232, -34, -16, 10, 11],
];
const TRACHEA: readonly Keyframe[] = [
  [-40, 0, -22, 9, 10],
  [30, 0, -14, 8.5, 9.5],
  [120, 1, 14, 9, 10],
  [188, 3, 12, 10, 8.5],
  [197, 3, 13, 15, 7],
];
const AZYGOS: readonly Keyframe[] = [
  [185, -9, 36, 4, 4],
  [330, -7, 34, 4.2, 4],
];
const OESOPHAGUS: readonly Keyframe[] = [
  [40, 3, 8, 7, 5],
  [120, 6, 29, 8, 6],
  [250, 8, 34, 9, 6],
  [325, 22, 14, 10, 8],
];

/** A vessel as a line through the atlas, its radius in mm, and whose blood it carries. */
interface Course {
  readonly blood: 'aorta' | 'vein' | 'heart';
  readonly radius: number;
  readonly points: readonly Point3[];
}

const AORTIC_ARCH: Course = {
  blood: 'aorta',
  radius: 13.5,
  points: [
    [-14, -38, 164],
    [4, -20, 151],
    [22, 14, 152],
    [25, 34, 162],
  ],
};
/**
 * Head and arm vessels, above the arch: innominate, left carotid, left subclavian, right carotid, right subclavian,
 * both veins.
 */
const HEAD_VESSELS: readonly Course[] = [
  {
    blood: 'aorta',
    radius: 6.4,
    points: [
      [-2, -22, 150],
      [-16, -30, 115],
      [-22, -14, 70],
    ],
  },
  {
    blood: 'aorta',
    radius: 4.2,
    points: [
      [8, -10, 150],
      [14, -18, 110],
      [24, -6, 40],
      [26, -4, -40],
    ],
  },
  {
    blood: 'aorta',
    radius: 5.2,
    points: [
      [20, 6, 150],
      [24, 2, 108],
      [46, -8, 82],
      [96, -14, 74],
    ],
  },
  {
    blood: 'aorta',
    radius: 4.2,
    points: [
      [-22, -14, 70],
      [-26, -4, 30],
      [-27, -4, -40],
    ],
  },
  {
    blood: 'aorta',
    radius: 5.2,
    points: [
      [-22, -14, 78],
      [-48, -12, 78],
      [-98, -16, 72],
    ],
  },
  {
    blood: 'vein',
    radius: 6.6,
    points: [
      [-28, -36, 128],
      [6, -46, 124],
      [30, -40, 108],
      [36, -18, 80],
      [37, -8, 30],
      [36, -4, -40],
    ],
  },
  {
    blood: 'vein',
    radius: 6.8,
    points: [
      [-28, -36, 128],
      [-32, -36, 104],
      [-36, -18, 80],
      [-38, -8, 30],
      [-37, -4, -40],
    ],
  },
];
/** Pulmonary trunk, right and left pulmonary artery, right and left lower pulmonary vein. */
const PULMONARY_VESSELS: readonly Course[] = [
  {
    blood: 'heart',
    radius: 13.5,
    points: [
      [22, -34, 232],
      [24, -26, 214],
      [22, -14, 205],
    ],
  },
  {
    blood: 'heart',
    radius: 9.5,
    points: [
      [20, -18, 206],
      [-8, -8, 209],
      [-40, 0, 216],
    ],
  },
  {
    blood: 'heart',
    radius: 10,
    points: [
      [22, -16, 204],
      [42, 2, 203],
      [46, 12, 222],
    ],
  },
  {
    blood: 'heart',
    radius: 6.5,
    points: [
      [-8, 20, 238],
      [-44, 14, 240],
    ],
  },
  {
    blood: 'heart',
    radius: 6.5,
    points: [
      [12, 20, 236],
      [48, 18, 234],
    ],
  },
];
const AZYGOS_ARCH: Course = {
  blood: 'vein',
  radius: 4.2,
  points: [
    [-9, 36, 186],
    [-22, 14, 178],
    [-32, -18, 182],
  ],
};
const MAIN_BRONCHI: readonly (readonly [Point3, Point3])[] = [
  [
    [-4, 12, 192],
    [-40, 14, 222],
  ],
  [
    [8, 12, 192],
    [44, 16, 228],
  ],
];

/** Paints heart, aorta, caval veins, lung arteries, wind-pipe and gullet. */
export function paintGreatVessels(scene: Scene): void {
  const { z, hu } = scene;
  const course = ({ blood, radius, points }: Course): void => scene.path(points, radius, hu[blood], TISSUE.vessel);
  paintHeart(scene);
  scene.organ('aorta', DESCENDING_AORTA, hu.aorta, TISSUE.vessel);
  scene.organ('ascending aorta', ASCENDING_AORTA, hu.aorta, TISSUE.vessel);
  scene.organ('superior vena cava', VENA_CAVA_SUPERIOR, hu.vein * 1.12, TISSUE.vessel);
  course(AORTIC_ARCH);
  if (z < 150) HEAD_VESSELS.forEach(course);
  PULMONARY_VESSELS.forEach(course);
  scene.organ('azygos', AZYGOS, hu.vein, TISSUE.vessel);
  course(AZYGOS_ARCH);
  paintAirways(scene);
  scene.organ('oesophagus', OESOPHAGUS, 48, TISSUE.gland);
}

function paintAirways(scene: Scene): void {
  const trachea = scene.section('trachea', TRACHEA);
  if (trachea !== undefined) {
    scene.fill(grown(trachea, 1.8), 45, TISSUE.airway);
    scene.fill(trachea, -985, TISSUE.airway);
  }
  for (const [from, to] of MAIN_BRONCHI) {
    scene.tube(from, to, 8, 6.5, 40, TISSUE.airway);
    scene.tube(from, to, 6.4, 5, -975, TISSUE.airway);
  }
}

function paintHeart(scene: Scene): void {
  const { hu } = scene;
  const wall = hu.muscle + (scene.anatomy.phase === 'none' ? -8 : 42);
  const heart = scene.organ('heart', HEART, wall, TISSUE.heart);
  if (heart === undefined || scene.z < 216) return;
  const inHeart = labels(TISSUE.heart);
  const r = Math.min(1, heart.rx / 55);
  const { cx, cy } = heart;
  scene.disc(cx + 20 * r, cy + 8 * r, 24 * r, 17 * r, hu.heart, TISSUE.heart, inHeart, 0.6);
  scene.disc(cx - 4 * r, cy - 22 * r, 27 * r, 15 * r, hu.heart, TISSUE.heart, inHeart, 0.35);
  scene.disc(cx - 36 * r, cy + 1 * r, 17 * r, 21 * r, hu.heart, TISSUE.heart, inHeart, 0.1);
  if (scene.z < 268) scene.disc(cx - 10 * r, cy + 27 * r, 27 * r, 15 * r, hu.heart, TISSUE.heart, inHeart, 0.15);
}
