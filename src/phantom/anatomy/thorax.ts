import { labels, TISSUE } from '../tissue';
import { HEART, paintGreatVessels } from './greatVessels';
import { CHEST_CAVITY, grown, sectionAt } from './keyframes';
import type { Scene } from './scene';

const IN_LUNG = labels(TISSUE.lung);
const IN_CHEST = labels(TISSUE.lung, TISSUE.mediastinum);

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
