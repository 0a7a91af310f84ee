import type { Ellipse } from '../raster';
import { labels, TISSUE } from '../tissue';
import { grown, type Keyframe } from './keyframes';
import type { Scene } from './scene';

const IN_FAT = labels(TISSUE.abdominalFat);
const IN_KIDNEY = labels(TISSUE.kidney);
const GIVES_WAY = labels(TISSUE.muscle, TISSUE.liver, TISSUE.bowel, TISSUE.spleen);
const PYRAMIDS = 7;
/** The right kidney lies lower than the left one by this, mm. */
const RIGHT_LOWER_MM = 14;

/**
 * Paints a kidney in its fat, with pyramids, sinus and vein, and the adrenal gland above it. `side` is −1 on the
 * patient's right.
 */
export function paintKidney(scene: Scene, side: -1 | 1): void {
  const { hu } = scene;
  const low = side < 0 ? RIGHT_LOWER_MM : 0;
  const frames: readonly Keyframe[] = [
    [384 + low, side * 58, 40, 5, 5],
    [396 + low, side * 60, 40, 22, 19, side * 0.5],
    [432 + low, side * 63, 36, 30, 24, side * 0.6],
    [472 + low, side * 68, 34, 25, 21, side * 0.5],
    [494 + low, side * 70, 34, 5, 5],
  ];
  const kidney = scene.section(side < 0 ? 'right kidney' : 'left kidney', frames);
  if (kidney === undefined) return;
  scene.fill(grown(kidney, 7), hu.fat, TISSUE.abdominalFat, GIVES_WAY);
  scene.fill(kidney, hu.kidneyCortex, TISSUE.kidney);
  for (let k = 0; k < PYRAMIDS; k++) {
    const angle = (k * 2 * Math.PI) / PYRAMIDS + scene.z * 0.05;
    const x = kidney.cx + 0.52 * kidney.rx * Math.cos(angle);
    const y = kidney.cy + 0.52 * kidney.ry * Math.sin(angle);
    scene.disc(x, y, 5.5, 5, hu.kidneyMedulla, TISSUE.kidney, IN_KIDNEY);
  }
  if (Math.min(kidney.rx, kidney.ry) > 14) paintSinus(scene, kidney, side, scene.between(425 + low, 455 + low));
  paintAdrenal(scene, side);
}

function paintSinus(scene: Scene, kidney: Ellipse, side: -1 | 1, atHilum: boolean): void {
  const { hu, z } = scene;
  const medial = kidney.cx - side * kidney.rx * 0.35;
  scene.disc(medial, kidney.cy - 3, kidney.rx * 0.5, kidney.ry * 0.38, hu.fat + 15, TISSUE.abdominalFat, IN_KIDNEY);
  if (!atHilum) return;
  scene.disc(medial, kidney.cy - 2, 7, 4, 14, TISSUE.fluid);
  scene.tube([medial, kidney.cy - 6, z], [side * 24, 12, z], 4, 4, hu.vein, TISSUE.vessel, IN_FAT);
}

function paintAdrenal(scene: Scene, side: -1 | 1): void {
  if (!scene.between(362, 396)) return;
  const { hu, z } = scene;
  const x = side * 42;
  const only = labels(TISSUE.abdominalFat, TISSUE.liver);
  scene.disc(x, 34, 12, 9, hu.fat, TISSUE.abdominalFat, labels(TISSUE.liver, TISSUE.muscle));
  scene.path(
    [
      [x - side * 3, 26, z],
      [x, 34, z],
      [x + side * 9, 44, z],
    ],
    2.2,
    55,
    TISSUE.gland,
    only,
  );
  scene.path(
    [
      [x, 34, z],
      [x - side * 6, 44, z],
    ],
    1.9,
    55,
    TISSUE.gland,
    only,
  );
}
