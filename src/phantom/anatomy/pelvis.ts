import { labels, TISSUE } from '../tissue';
import { grown, type Keyframe } from './keyframes';
import type { Scene } from './scene';

const IN_PELVIS = labels(TISSUE.pelvicFat, TISSUE.abdominalFat);
const BLADDER: readonly Keyframe[] = [
  [652, 0, -20, 6, 5],
  [664, 0, -22, 28, 18],
  [690, 0, -20, 38, 28],
  [722, 0, -16, 32, 24],
  [738, 0, -12, 6, 6],
];

const UTERUS: readonly Keyframe[] = [
  [628, 4, 6, 6, 5],
  [645, 5, 6, 30, 20, 0.1],
  [678, 3, 10, 24, 18],
  [712, 0, 14, 14, 11],
  [726, 0, 14, 3, 3],
];
const PROSTATE: readonly Keyframe[] = [
  [708, 0, 8, 6, 5],
  [722, 0, 6, 23, 17],
  [742, 0, 6, 20, 15],
  [752, 0, 4, 4, 4],
];
const RECTUM: readonly Keyframe[] = [
  [636, 6, 40, 12, 10],
  [670, 0, 52, 17, 14],
  [715, 0, 52, 15, 13],
  [760, 0, 48, 9, 10],
  [790, 0, 46, 6, 8],
];

/** Paints the pelvic bones, the muscles that line them, the vessels to the legs and the pelvic organs. */
export function paintPelvis(scene: Scene): void {
  if (scene.z < 500) return;
  if (scene.z >= 610) paintOrgans(scene);
  paintIliopsoas(scene);
  paintHipBones(scene);
  paintFemora(scene);
  paintIliacVessels(scene);
}

function paintHipBones(scene: Scene): void {
  const { z } = scene;
  for (const side of [-1, 1]) {
    if (scene.between(508, 668)) {
      const t = (z - 508) / 160;
      const front = { x: side * (118 - 20 * t * t), y: 6 - 60 * t + 42 * t * t };
      const back = { x: side * (112 - 62 * Math.min(1, t * 2.2)), y: 30 + 40 * Math.min(1, t * 2.2) };
      const mid = { x: (front.x + back.x) / 2 + side * 7, y: (front.y + back.y) / 2 - 2 };
      scene.boneRod([front.x, front.y, z], [mid.x, mid.y, z], 6, 3.4, 1.9);
      scene.boneRod([mid.x, mid.y, z], [back.x, back.y, z], 3.4, 8, 1.9);
    }
    if (scene.between(655, 728)) {
      const swell = Math.sqrt(Math.max(0, 1 - ((z - 692) / 38) ** 2));
      scene.bone({ cx: side * 84, cy: 10, rx: 29 * swell, ry: 33 * swell, rot: side * -0.2, square: 0.1 }, 2.4);
    }
    if (scene.between(705, 800))
      scene.bone({ cx: side * (64 - 0.1 * (z - 705)), cy: 46, rx: 14, ry: 16, rot: side * 0.4, square: 0 }, 2);
    scene.boneRod([side * 70, -14, 706], [side * 10, -44, 736], 9, 8, 2);
    scene.boneRod([side * 14, -42, 740], [side * 44, 10, 790], 7.5, 7, 2);
  }
}

function paintFemora(scene: Scene): void {
  for (const side of [-1, 1]) {
    if (scene.between(668, 722)) {
      const r = Math.sqrt(Math.max(0, 1 - ((scene.z - 695) / 26) ** 2));
      scene.disc(side * 92, 4, 25.5 * r, 25.5 * r, 60, TISSUE.muscle);
      scene.bone(
        { cx: side * 92, cy: 4, rx: 23.5 * r, ry: 23.5 * r, rot: 0, square: 0 },
        1.6,
        scene.hu.trabecular * 1.5,
      );
    }
    scene.boneRod([side * 96, 5, 700], [side * 128, 14, 728], 15, 15, 2.4);
    scene.boneRod([side * 132, 22, 708], [side * 126, 12, 752], 12, 15, 2.4);
    scene.boneRod([side * 126, 12, 752], [side * 120, 8, 850], 15, 14, 4.5);
  }
}

function paintIliopsoas(scene: Scene): void {
  const { hu, z } = scene;
  if (z < 530) return;
  const t = Math.min(1, (z - 530) / 170);
  for (const side of [-1, 1]) {
    scene.disc(side * (50 + 36 * t), 24 - 54 * t, 19, 18 - 3 * t, hu.muscle, TISSUE.muscle);
    if (scene.between(545, 660))
      scene.disc(side * 88, 8 - 20 * t, 11, 34, hu.muscle, TISSUE.muscle, undefined, side * 0.35);
    if (scene.between(660, 740))
      scene.disc(side * 57, 6, 7, 32, hu.muscle, TISSUE.muscle, labels(TISSUE.pelvicFat, TISSUE.deepFat), side * -0.12);
  }
}

function paintIliacVessels(scene: Scene): void {
  const { hu } = scene;
  const only = labels(TISSUE.pelvicFat, TISSUE.abdominalFat, TISSUE.muscle, TISSUE.deepFat, TISSUE.bowel);
  for (const side of [-1, 1]) {
    scene.path(
      [
        [side * 4, 3, 518],
        [side * 30, 6, 575],
        [side * 56, -14, 640],
        [side * 64, -46, 705],
        [side * 70, -64, 760],
        [side * 72, -62, 840],
      ],
      5.2,
      hu.aorta,
      TISSUE.vessel,
      only,
    );
    scene.path(
      [
        [side * 6, 8, 526],
        [side * 30, 16, 578],
        [side * 54, -3, 642],
        [side * 58, -38, 705],
        [side * 60, -58, 760],
        [side * 60, -58, 840],
      ],
      6.3,
      hu.vein,
      TISSUE.vessel,
      only,
    );
    scene.path(
      [
        [side * 30, 10, 580],
        [side * 48, 40, 640],
        [side * 50, 48, 690],
      ],
      3.6,
      hu.vein,
      TISSUE.vessel,
      only,
    );
  }
}

function paintOrgans(scene: Scene): void {
  if (scene.anatomy.sex === 'F') paintUterus(scene);
  else paintProstate(scene);
  const bladder = scene.organ('bladder', BLADDER, scene.hu.muscle - 8, TISSUE.bladder, IN_PELVIS);
  if (bladder !== undefined && bladder.rx > 8) {
    scene.fill(grown(bladder, -2.6), 6, TISSUE.bladder, labels(TISSUE.bladder));
  }
  paintRectum(scene);
}

function paintUterus(scene: Scene): void {
  const { hu, anatomy } = scene;
  const uterus = hu.muscle + (anatomy.phase === 'none' ? -6 : 36);
  scene.organ('uterus', UTERUS, uterus, TISSUE.pelvicOrgan, IN_PELVIS);
  for (const side of [-1, 1]) {
    const ovary: readonly Keyframe[] = [
      [640, side * 40, 6, 4, 4],
      [652, side * 41, 8, 12, 9],
      [668, side * 41, 8, 4, 4],
    ];
    scene.organ(side < 0 ? 'right ovary' : 'left ovary', ovary, 40, TISSUE.pelvicOrgan, IN_PELVIS);
  }
}

function paintProstate(scene: Scene): void {
  scene.organ('prostate', PROSTATE, scene.hu.muscle + 8, TISSUE.pelvicOrgan, IN_PELVIS);
  for (const side of [-1, 1]) {
    const vesicle: readonly Keyframe[] = [
      [690, side * 16, 18, 6, 3],
      [700, side * 18, 19, 15, 5],
      [711, side * 14, 18, 4, 3],
    ];
    scene.organ('seminal vesicles', vesicle, 38, TISSUE.pelvicOrgan, IN_PELVIS);
  }
}

function paintRectum(scene: Scene): void {
  const rectum = scene.section('rectum', RECTUM);
  if (rectum === undefined) return;
  scene.fill(rectum, scene.hu.bowelWall, TISSUE.bowel);
  if (rectum.rx < 9) return;
  const gas = scene.anatomy.organShift('rectal content').dx > 0.5;
  scene.fill(grown(rectum, -3.2), gas ? -900 : 25, TISSUE.bowel, labels(TISSUE.bowel));
  if (!gas) scene.disc(rectum.cx - 2, rectum.cy - 3, 4, 3.5, -420, TISSUE.bowel);
}
