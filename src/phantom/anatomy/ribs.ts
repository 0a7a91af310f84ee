import { labels, TISSUE } from '../tissue';
import { CHEST_CAVITY, grown, sectionAt } from './keyframes';
import type { Scene } from './scene';

const RIB_STEP_MM = 28;
const RIB_COUNT = 12;

/** Paints ribs, breast bone, collar bones and shoulder blades. */
export function paintRibCage(scene: Scene): void {
  if (!scene.between(60, 470)) return;
  paintScapulae(scene);
  paintClavicles(scene);
  paintRibs(scene);
  paintSternum(scene);
}

/**
 * Ribs are bands on the rib cage that fall towards the front; a pixel of the cage's wall belongs to one where the
 * band's cross-section (an upright ellipse with a dense shell) holds it.
 */
function paintRibs(scene: Scene): void {
  const { raster, anatomy, hu, z } = scene;
  const cavity = sectionAt(CHEST_CAVITY, Math.min(468, Math.max(z, 67)), 0.25);
  if (cavity === undefined) return;
  const outer = grown(cavity, 14);
  const start = 56 + anatomy.ribPhase * 0.5;
  raster.each(outer.cx - outer.rx, outer.cx + outer.rx, outer.cy - outer.ry, outer.cy + outer.ry, (i, u, v) => {
    const a = (u - cavity.cx) / cavity.rx;
    const b = (v - cavity.cy) / cavity.ry;
    const q2 = a * a + b * b;
    if (q2 < 0.85 || q2 > 1.6) return;
    const a2 = a * a;
    const b2 = b * b;
    const q = Math.sqrt(q2 + 0.25 * (Math.sqrt(a2 * a2 + b2 * b2) - q2));
    const depth = (q - 1) * 0.5 * (cavity.rx + cavity.ry) - 5;
    if (depth < -5 || depth > 5) return;
    const fromBack = Math.abs(Math.atan2(a, b)) / Math.PI;
    const fall = (1 - Math.cos(Math.PI * fromBack)) * 0.5;
    const stack = (z - start - 88 * fall) / (RIB_STEP_MM + 7 * fall);
    const rib = Math.round(stack);
    if (rib < 0 || rib >= RIB_COUNT) return;
    const along = (stack - rib) * (RIB_STEP_MM + 7 * fall);
    const front = rib < 7 ? 0.76 : 0.74 - 0.08 * (rib - 6);
    if (fromBack > Math.min(0.96, front + 0.16)) return;
    const r = Math.sqrt((along / 6.8) ** 2 + (depth / 4.3) ** 2);
    if (r > 1.12) return;
    const before = raster.hu[i] ?? 0;
    if (fromBack > front) {
      const alpha = Math.min(1, (1.12 - r) * 5);
      raster.hu[i] = before + alpha * (105 - before);
      return;
    }
    const shell =
      r < 0.5
        ? hu.trabecular
        : r < 0.68
          ? hu.trabecular + ((r - 0.5) / 0.18) * (hu.cortical * 1.05 - hu.trabecular)
          : hu.cortical * 1.05;
    const alpha = Math.min(1, (1.12 - r) * 4.2);
    raster.hu[i] = before + alpha * (shell - before);
    if (alpha > 0.5) raster.label[i] = r < 0.6 ? TISSUE.marrow : TISSUE.bone;
  });
}

function paintSternum(scene: Scene): void {
  const { z } = scene;
  if (!scene.between(104, 285)) return;
  const cavity = sectionAt(CHEST_CAVITY, z);
  if (cavity === undefined) return;
  const cy = cavity.cy - cavity.ry - 5;
  if (z < 146) scene.bone({ cx: 0, cy, rx: 27 - 0.12 * (z - 104), ry: 7, rot: 0, square: 0.5 }, 1.9);
  else if (z < 262) scene.bone({ cx: 0, cy, rx: 15 + 0.03 * (z - 146), ry: 5.8, rot: 0, square: 0.6 }, 1.7);
  else scene.bone({ cx: 0, cy, rx: 8, ry: 4, rot: 0, square: 0.2 }, 1.5);
}

function paintClavicles(scene: Scene): void {
  for (const side of [-1, 1]) {
    scene.boneRod([side * 24, -60, 106], [side * 70, -58, 92], 8, 6.5);
    scene.boneRod([side * 70, -58, 92], [side * 128, -18, 70], 6.5, 6);
  }
}

function paintScapulae(scene: Scene): void {
  const { z } = scene;
  if (!scene.between(62, 236)) return;
  const t = (z - 62) / 174;
  const inFat = labels(TISSUE.deepFat, TISSUE.muscle, TISSUE.subcutaneousFat);
  for (const side of [-1, 1]) {
    const medial = { x: side * (74 + 30 * t), y: 80 - 8 * t };
    const lateral = { x: side * (146 - 22 * t), y: 26 + 28 * t };
    const mid = { x: (medial.x + lateral.x) / 2 + side * 3, y: (medial.y + lateral.y) / 2 + 4 };
    scene.boneRod([medial.x, medial.y, z], [mid.x, mid.y, z], 2.6, 2);
    scene.boneRod([mid.x, mid.y, z], [lateral.x, lateral.y, z], 2, z < 110 ? 9 : 5, 1.8);
    if (z < 100) {
      scene.boneRod([mid.x, mid.y, z], [side * 150, 62, z], 2.4, 3.2);
      scene.bone({ cx: side * 166, cy: 8, rx: 20, ry: 21, rot: 0, square: 0 }, 2);
    }
    scene.disc(side * 118, 47, 5, 2, scene.hu.fat + 20, TISSUE.keep, inFat, side * -0.5);
  }
}
