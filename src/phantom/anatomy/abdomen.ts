import type { Point3 } from '../raster';
import { labels, TISSUE } from '../tissue';
import { ABDOMEN_CAVITY, CHEST_CAVITY, grown, type Keyframe, sectionAt } from './keyframes';
import { paintKidney } from './kidneys';
import type { Scene } from './scene';

const IN_FAT = labels(TISSUE.abdominalFat);
const IN_LIVER = labels(TISSUE.liver);
const IN_BELLY = labels(TISSUE.abdominalFat, TISSUE.liver, TISSUE.stomach, TISSUE.bowel);

const RIGHT_LIVER: readonly Keyframe[] = [
  [296, -58, -6, 6, 6],
  [304, -60, -8, 36, 32],
  [316, -60, -8, 54, 50],
  [335, -60, -6, 64, 62],
  [370, -60, -4, 70, 72],
  [410, -64, 2, 64, 70],
  [440, -74, 8, 50, 60],
  [470, -86, 12, 32, 44],
  [496, -92, 14, 6, 12],
];
const LEFT_LIVER: readonly Keyframe[] = [
  [314, 4, -42, 8, 8],
  [330, 8, -46, 52, 30, 0.1],
  [370, 2, -50, 62, 30, 0.1],
  [400, -8, -54, 46, 24, 0.1],
  [432, -18, -58, 14, 10],
];
const SPLEEN: readonly Keyframe[] = [
  [314, 86, 28, 6, 6],
  [328, 88, 30, 26, 30, 0.4],
  [350, 94, 30, 29, 42, 0.3],
  [390, 98, 28, 22, 44, 0.15],
  [420, 98, 26, 14, 28],
  [434, 97, 26, 4, 8],
];
const STOMACH: readonly Keyframe[] = [
  [318, 52, -12, 6, 6],
  [336, 54, -18, 34, 30, 0.4],
  [375, 54, -32, 36, 30, 0.5],
  [408, 40, -46, 38, 20, 0.3],
  [436, 12, -54, 46, 14, 0.1],
  [454, 0, -54, 8, 5],
];
const PANCREAS: readonly Point3[] = [
  [-26, -10, 446],
  [-20, -18, 430],
  [10, -26, 416],
  [42, -12, 405],
  [70, 8, 394],
];

/** Paints the abdominal cavity with its organs, from the diaphragm to the pelvis. */
export function paintAbdomen(scene: Scene): void {
  const { z, hu } = scene;
  if (!scene.between(294, 775)) return;
  paintCavity(scene);
  if (z < 600) paintRetroperitoneum(scene);
  if (z < 505) {
    paintLiver(scene);
    scene.organ('spleen', SPLEEN, hu.spleen, TISSUE.spleen, IN_FAT);
    paintStomach(scene);
    paintPancreas(scene);
  }
  for (const side of [-1, 1] as const) paintKidney(scene, side);
  if (z > 415 && z < 690) {
    for (const { from, to, radius } of scene.anatomy.mesentericTree) {
      scene.raster.vessel(from, to, radius, z, scene.thickness, {
        hu: hu.vein,
        label: TISSUE.keep,
        edge: 1,
        only: IN_FAT,
      });
    }
    paintBowel(scene);
  }
  paintAbdominalVessels(scene);
}

function paintCavity(scene: Scene): void {
  const { z, hu } = scene;
  const dome = scene.section('right liver', RIGHT_LIVER);
  const keepOut = labels(TISSUE.lung, TISSUE.fluid, TISSUE.mediastinum, TISSUE.muscle, TISSUE.deepFat, TISSUE.heart);
  const label = z > 600 ? TISSUE.pelvicFat : TISSUE.abdominalFat;
  if (z < 430) {
    if (dome !== undefined) scene.fill(grown(dome, 2), hu.fat + 25, TISSUE.abdominalFat, keepOut);
    const spleen = scene.section('spleen', SPLEEN);
    if (spleen !== undefined) scene.fill(grown(spleen, 5), hu.fat, TISSUE.abdominalFat, keepOut);
    const stomach = scene.section('stomach', STOMACH);
    if (stomach !== undefined) scene.fill(grown(stomach, 4), hu.fat, TISSUE.abdominalFat, keepOut);
    const left = scene.section('left liver', LEFT_LIVER);
    if (left !== undefined)
      scene.fill(
        grown(left, 2),
        hu.fat,
        TISSUE.abdominalFat,
        labels(TISSUE.lung, TISSUE.fluid, TISSUE.mediastinum, TISSUE.muscle),
      );
  }
  const cavity = sectionAt(ABDOMEN_CAVITY, z, 0.3);
  if (cavity === undefined) return;
  const chest = sectionAt(CHEST_CAVITY, z);
  if (chest !== undefined && z < 425)
    scene.fill(grown(cavity, 2.5), hu.muscle, TISSUE.muscle, labels(TISSUE.lung, TISSUE.fluid));
  scene.fill(cavity, hu.fat, label, z < 425 ? undefined : keepOut);
}

function paintLiver(scene: Scene): void {
  const { hu, raster, z, thickness, anatomy } = scene;
  scene.organ('right liver', RIGHT_LIVER, hu.liver, TISSUE.liver, IN_FAT);
  scene.organ('left liver', LEFT_LIVER, hu.liver, TISSUE.liver, IN_FAT);
  if (z > 480) return;
  const paint = { hu: hu.liverVessel, label: TISSUE.keep, edge: 1, only: IN_LIVER };
  for (const tree of anatomy.liverTrees) {
    for (const { from, to, radius } of tree) raster.vessel(from, to, Math.min(radius, 6.5), z, thickness, paint);
  }
  if (scene.between(365, 425)) scene.disc(-14, -26, 3, 22, hu.fat + 25, TISSUE.abdominalFat, IN_LIVER, -0.4);
  if (anatomy.hasGallbladder) {
    const frames: readonly Keyframe[] = [
      [408, -38, -28, 4, 4],
      [424, -42, -38, 14, 17],
      [452, -48, -48, 15, 18],
      [470, -50, -54, 4, 4],
    ];
    const bladder = scene.section('gallbladder', frames);
    if (bladder !== undefined) {
      scene.fill(grown(bladder, 1.2), hu.bowelWall, TISSUE.gallbladder, IN_BELLY);
      scene.fill(bladder, 8, TISSUE.gallbladder, labels(TISSUE.gallbladder));
    }
  }
}

function paintStomach(scene: Scene): void {
  const { hu, anatomy } = scene;
  const shift = anatomy.organShift('stomach content');
  const stomach = scene.organ(
    'stomach',
    STOMACH,
    hu.bowelWall,
    TISSUE.stomach,
    labels(TISSUE.abdominalFat, TISSUE.spleen),
  );
  if (stomach === undefined || Math.min(stomach.rx, stomach.ry) < 8) return;
  const inStomach = labels(TISSUE.stomach);
  const lumen = grown(stomach, -4.5);
  const contrast = shift.dx > 0;
  scene.fill(lumen, contrast ? 180 + 25 * shift.dy : 22, TISSUE.bowel, inStomach);
  const level = lumen.cy - lumen.ry * (0.15 + 0.12 * shift.dx);
  scene.raster.each(lumen.cx - lumen.rx, lumen.cx + lumen.rx, lumen.cy - lumen.ry, level, (i, u, v) => {
    const q = ((u - lumen.cx) / lumen.rx) ** 2 + ((v - lumen.cy) / lumen.ry) ** 2;
    if (v < level && q < 0.93 && scene.raster.label[i] === TISSUE.bowel) scene.raster.hu[i] = -930;
  });
}

function paintPancreas(scene: Scene): void {
  const { hu, anatomy } = scene;
  const { dx, dy, dz, scale } = anatomy.organShift('pancreas');
  const moved = PANCREAS.map(([x, y, z]): Point3 => [x + dx, y + dy, z + dz]);
  for (let k = 1; k < moved.length; k++) {
    const from = moved[k - 1];
    const to = moved[k];
    if (from !== undefined && to !== undefined)
      scene.tube(
        from,
        to,
        (13 - k) * scale,
        (12 - k) * scale,
        hu.pancreas,
        TISSUE.pancreas,
        labels(TISSUE.abdominalFat, TISSUE.stomach),
      );
  }
  scene.path(
    [
      [-22, -6, 422],
      [20, -14, 410],
      [72, 12, 390],
    ],
    3.4,
    hu.vein,
    TISSUE.vessel,
    labels(TISSUE.pancreas, TISSUE.abdominalFat),
  );
}

function paintRetroperitoneum(scene: Scene): void {
  const { hu, z } = scene;
  if (z < 415) {
    for (const side of [-1, 1])
      scene.path(
        [
          [side * 10, 24, z],
          [side * 20, 44, z],
        ],
        4.5,
        hu.muscle,
        TISSUE.muscle,
      );
    return;
  }
  const t = Math.min(1, (z - 415) / 120);
  for (const side of [-1, 1]) {
    scene.disc(
      side * (30 + 16 * t),
      40 - 8 * t,
      8 + 12 * t,
      11 + 9 * t,
      hu.muscle,
      TISSUE.muscle,
      undefined,
      side * 0.3,
    );
    scene.disc(side * 72, 58, 20, 10, hu.muscle, TISSUE.muscle, labels(TISSUE.abdominalFat), side * -0.4);
  }
}

function paintBowel(scene: Scene): void {
  const { hu, anatomy, z } = scene;
  const inBelly = labels(TISSUE.abdominalFat, TISSUE.pelvicFat, TISSUE.bowel, TISSUE.vessel);
  for (const loop of anatomy.bowel) {
    if (z < Math.min(loop.from[2], loop.to[2]) - loop.radius || z > Math.max(loop.from[2], loop.to[2]) + loop.radius)
      continue;
    scene.tube(loop.from, loop.to, loop.radius, loop.radius, hu.bowelWall, TISSUE.bowel, inBelly);
  }
  const inBowel = labels(TISSUE.bowel);
  for (const loop of anatomy.bowel) {
    if (loop.content === 'collapsed') continue;
    const lumen = loop.radius - (loop.content === 'stool' ? 1.8 : 2.4);
    scene.tube(loop.from, loop.to, lumen, lumen, loop.hu, TISSUE.bowel, inBowel);
    if (loop.content !== 'stool') continue;
    const middle: Point3 = [
      (loop.from[0] + loop.to[0]) / 2,
      (loop.from[1] + loop.to[1]) / 2 - lumen * 0.3,
      (loop.from[2] + loop.to[2]) / 2,
    ];
    scene.tube(loop.from, middle, lumen * 0.3, lumen * 0.5, -480, TISSUE.bowel, inBowel);
    scene.tube(middle, loop.to, lumen * 0.25, lumen * 0.4, -300, TISSUE.bowel, inBowel);
  }
}

function paintAbdominalVessels(scene: Scene): void {
  const { hu, z } = scene;
  if (z > 335 && z < 525) {
    scene.organ(
      'aorta',
      [
        [330, 12, 30, 11.5, 11.5],
        [400, 4, 17, 10, 10],
        [500, 3, 4, 8.5, 8.5],
        [525, 2, 3, 9.5, 8],
      ],
      hu.aorta,
      TISSUE.vessel,
    );
    if (scene.anatomy.ageYears > 60 && Math.sin(z * 0.7) > 0.4)
      scene.disc(-4, 12, 1.8, 3, 480, TISSUE.bone, labels(TISSUE.vessel));
  }
  const veinFrames: readonly Keyframe[] = [
    [300, -26, 10, 12, 10],
    [400, -22, 14, 12, 9],
    [500, -19, 6, 11, 9],
    [532, -14, 8, 13, 8],
  ];
  if (z < 532) scene.organ('inferior vena cava', veinFrames, hu.vein, TISSUE.vessel);
  paintAbdominalBranches(scene);
}

function paintAbdominalBranches(scene: Scene): void {
  const { hu } = scene;
  scene.path(
    [
      [4, 6, 412],
      [5, -10, 424],
      [6, -20, 480],
      [2, -24, 530],
    ],
    4,
    hu.aorta,
    TISSUE.vessel,
    labels(TISSUE.abdominalFat, TISSUE.pancreas),
  );
  scene.path(
    [
      [-10, -10, 416],
      [-8, -20, 440],
      [-6, -22, 500],
    ],
    5.6,
    hu.vein,
    TISSUE.vessel,
    labels(TISSUE.abdominalFat, TISSUE.pancreas),
  );
  scene.path(
    [
      [-10, -10, 418],
      [-26, -8, 402],
      [-50, -8, 388],
    ],
    6,
    hu.vein,
    TISSUE.vessel,
    labels(TISSUE.abdominalFat, TISSUE.pancreas, TISSUE.liver),
  );
  scene.path(
    [
      [4, 10, 405],
      [-14, -4, 402],
    ],
    3.2,
    hu.aorta,
    TISSUE.vessel,
    IN_FAT,
  );
}
