import { labels, TISSUE } from '../tissue';
import { CHEST_CAVITY, grown, type Keyframe, sectionAt } from './keyframes';
import type { Scene } from './scene';

const IN_LUNG = labels(TISSUE.lung);
const IN_CHEST = labels(TISSUE.lung, TISSUE.mediastinum);

const HEART: readonly Keyframe[] = [
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

/** Paints both lungs, their vessels, the mediastinum, the great vessels and the heart. */
export function paintThorax(scene: Scene): void {
  if (!scene.between(66, 425)) return;
  paintLungFields(scene);
  paintMediastinum(scene);
  if (scene.z < 340) paintGreatVessels(scene);
}

function paintLungFields(scene: Scene): void {
  const { z, hu, raster, anatomy } = scene;
  const cavity = sectionAt(CHEST_CAVITY, z, 0.25);
  if (cavity === undefined) return;
  const lung = grown(cavity, -1.5);
  const inWall = labels(TISSUE.muscle, TISSUE.deepFat, TISSUE.bone, TISSUE.marrow);
  if (z < 100) {
    for (const side of [-1, 1])
      scene.fill(
        { ...lung, cx: side * lung.rx * 0.56, rx: lung.rx * 0.42, ry: lung.ry * 0.8 },
        hu.lung,
        TISSUE.lung,
        inWall,
      );
  } else scene.fill(lung, hu.lung, TISSUE.lung);
  const [right, left] = anatomy.effusionMm;
  raster.each(lung.cx - lung.rx, lung.cx + lung.rx, lung.cy - lung.ry, lung.cy + lung.ry, (i, u, v) => {
    if (raster.label[i] !== TISSUE.lung) return;
    const depth = lung.cy + lung.ry - v;
    raster.hu[i] = (raster.hu[i] ?? 0) + 55 * Math.max(0, 1 - depth / (1.3 * lung.ry)) ** 2;
    const fluid = (u < 0 ? right : left) * Math.min(1, Math.max(0, (z - 190) / 110));
    if (fluid <= 0) return;
    const rim = fluid * (1.25 - 0.9 * ((u - lung.cx) / lung.rx) ** 2) - depth;
    if (rim > 0) {
      raster.hu[i] = 9;
      raster.label[i] = TISSUE.fluid;
    } else if (rim > -6) {
      raster.hu[i] = 35 + rim * 20;
      raster.label[i] = TISSUE.fluid;
    }
  });
  paintFissures(scene);
}

/** The oblique fissures: faint curved lines, seen where the slice cuts them. */
function paintFissures(scene: Scene): void {
  const { z } = scene;
  for (const side of [-1, 1]) {
    const y = 52 - (z - 140) * 0.62;
    if (y < -70 || y > 55) continue;
    scene.raster.capsuleLine(side * 48, y + 8, side * 112, y - 8, 0.55, 0.16, {
      hu: -300,
      label: TISSUE.keep,
      edge: 1,
      only: IN_LUNG,
    });
  }
}

function paintMediastinum(scene: Scene): void {
  const { z, hu, anatomy } = scene;
  const cavity = sectionAt(CHEST_CAVITY, z);
  if (cavity === undefined) return;
  const front = cavity.cy - cavity.ry;
  const fat = hu.fat + 8;
  if (z < 245) {
    const wide = z < 100 ? 26 : 30;
    scene.disc(0, -6, wide + 6, 38, fat, TISSUE.mediastinum);
    scene.disc(2, -26, wide + 8, 26, fat, TISSUE.mediastinum);
    scene.disc(2, front + 22, 13, 30, fat, TISSUE.mediastinum);
  } else if (z < 345) {
    const heart = scene.section('heart', HEART);
    if (heart !== undefined) scene.fill(grown(heart, 8), fat, TISSUE.mediastinum);
    scene.disc(8, front + 26, 14, 30, fat, TISSUE.mediastinum);
    scene.disc(4, 12, 26, 28, fat, TISSUE.mediastinum);
  } else scene.disc(6, 24, 22, 22, fat, TISSUE.mediastinum);
  scene.disc(0, 44, 27, 26, fat, TISSUE.mediastinum);
  scene.disc(0, 66, 30, 18, hu.muscle - 20, TISSUE.muscle, IN_CHEST);
  if (scene.between(185, 250)) {
    for (const side of [-1, 1])
      scene.disc(side * 38, 6, 13, 17, hu.fat + 60, TISSUE.mediastinum, undefined, side * 0.4);
  }
  if (anatomy.ageYears < 30 && scene.between(130, 200)) scene.disc(4, front + 24, 12, 16, 45, TISSUE.mediastinum);
}

/** Paints heart, aorta, caval veins, lung arteries, wind-pipe and gullet. */
function paintGreatVessels(scene: Scene): void {
  const { z, hu } = scene;
  paintHeart(scene);
  scene.organ('aorta', DESCENDING_AORTA, hu.aorta, TISSUE.vessel);
  scene.organ('ascending aorta', ASCENDING_AORTA, hu.aorta, TISSUE.vessel);
  scene.organ('superior vena cava', VENA_CAVA_SUPERIOR, hu.vein * 1.12, TISSUE.vessel);
  scene.path(
    [
      [-14, -38, 164],
      [4, -20, 151],
      [22, 14, 152],
      [25, 34, 162],
    ],
    13.5,
    hu.aorta,
    TISSUE.vessel,
  );
  if (z < 150) {
    scene.path(
      [
        [-2, -22, 150],
        [-16, -30, 115],
        [-22, -14, 70],
      ],
      6.4,
      hu.aorta,
      TISSUE.vessel,
    );
    scene.path(
      [
        [8, -10, 150],
        [14, -18, 110],
        [24, -6, 40],
        [26, -4, -40],
      ],
      4.2,
      hu.aorta,
      TISSUE.vessel,
    );
    scene.path(
      [
        [20, 6, 150],
        [24, 2, 108],
        [46, -8, 82],
        [96, -14, 74],
      ],
      5.2,
      hu.aorta,
      TISSUE.vessel,
    );
    scene.path(
      [
        [-22, -14, 70],
        [-26, -4, 30],
        [-27, -4, -40],
      ],
      4.2,
      hu.aorta,
      TISSUE.vessel,
    );
    scene.path(
      [
        [-22, -14, 78],
        [-48, -12, 78],
        [-98, -16, 72],
      ],
      5.2,
      hu.aorta,
      TISSUE.vessel,
    );
    scene.path(
      [
        [-28, -36, 128],
        [6, -46, 124],
        [30, -40, 108],
        [36, -18, 80],
        [37, -8, 30],
        [36, -4, -40],
      ],
      6.6,
      hu.vein,
      TISSUE.vessel,
    );
    scene.path(
      [
        [-28, -36, 128],
        [-32, -36, 104],
        [-36, -18, 80],
        [-38, -8, 30],
        [-37, -4, -40],
      ],
      6.8,
      hu.vein,
      TISSUE.vessel,
    );
  }
  scene.path(
    [
      [22, -34, 232],
      [24, -26, 214],
      [22, -14, 205],
    ],
    13.5,
    hu.heart,
    TISSUE.vessel,
  );
  scene.path(
    [
      [20, -18, 206],
      [-8, -8, 209],
      [-40, 0, 216],
    ],
    9.5,
    hu.heart,
    TISSUE.vessel,
  );
  scene.path(
    [
      [22, -16, 204],
      [42, 2, 203],
      [46, 12, 222],
    ],
    10,
    hu.heart,
    TISSUE.vessel,
  );
  scene.path(
    [
      [-8, 20, 238],
      [-44, 14, 240],
    ],
    6.5,
    hu.heart,
    TISSUE.vessel,
  );
  scene.path(
    [
      [12, 20, 236],
      [48, 18, 234],
    ],
    6.5,
    hu.heart,
    TISSUE.vessel,
  );
  scene.organ(
    'azygos',
    [
      [185, -9, 36, 4, 4],
      [330, -7, 34, 4.2, 4],
    ],
    hu.vein,
    TISSUE.vessel,
  );
  scene.path(
    [
      [-9, 36, 186],
      [-22, 14, 178],
      [-32, -18, 182],
    ],
    4.2,
    hu.vein,
    TISSUE.vessel,
  );
  const trachea = scene.section('trachea', TRACHEA);
  if (trachea !== undefined) {
    scene.fill(grown(trachea, 1.8), 45, TISSUE.airway);
    scene.fill(trachea, -985, TISSUE.airway);
  }
  for (const [from, to] of [
    [
      [-4, 12, 192],
      [-40, 14, 222],
    ],
    [
      [8, 12, 192],
      [44, 16, 228],
    ],
  ] as const) {
    scene.tube(from, to, 8, 6.5, 40, TISSUE.airway);
    scene.tube(from, to, 6.4, 5, -975, TISSUE.airway);
  }
  scene.organ(
    'oesophagus',
    [
      [40, 3, 8, 7, 5],
      [120, 6, 29, 8, 6],
      [250, 8, 34, 9, 6],
      [325, 22, 14, 10, 8],
    ],
    48,
    TISSUE.gland,
  );
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

/** Paints the vessels of the lungs, once the organs around have taken their places. */
export function paintLungVessels(scene: Scene): void {
  const { raster, anatomy, z, thickness, hu } = scene;
  const paint = { hu: Math.min(120, hu.heart), label: TISSUE.keep, edge: 1, only: IN_LUNG };
  for (const tree of anatomy.lungTrees) {
    for (const { from, to, radius } of tree) raster.vessel(from, to, radius, z, thickness, paint);
  }
}

/** Paints thyroid, gullet and wind-pipe above the chest. */
export function paintNeck(scene: Scene): void {
  const { z, hu } = scene;
  if (z > 66) return;
  const thyroid = hu.gland + (scene.anatomy.phase === 'none' ? 55 : 110);
  for (const side of [-1, 1]) {
    scene.organ(
      side < 0 ? 'right thyroid' : 'left thyroid',
      [
        [12, side * 17, -14, 2, 2],
        [28, side * 16, -13, 8, 12],
        [52, side * 15, -6, 8, 10],
        [64, side * 13, 0, 2, 2],
      ],
      thyroid,
      TISSUE.gland,
    );
  }
  paintGreatVessels(scene);
}
