import type { Ellipse } from '../raster';
import { labels, TISSUE } from '../tissue';
import { CHEST_CAVITY, grown, SPINE, sectionAt, TRUNK } from './keyframes';
import type { Scene } from './scene';

const IN_TRUNK = labels(TISSUE.deepFat, TISSUE.muscle);
const IN_FAT = labels(TISSUE.deepFat);

/** The outline of the skin at a height, atlas mm. */
export function skinOutline(z: number, fatMm: number): Ellipse {
  const muscle = sectionAt(TRUNK, z, 0.5) ?? { cx: 0, cy: 0, rx: 140, ry: 95, rot: 0, square: 0.5 };
  const belly = z > 380 ? 1.25 : z < 70 ? 0.4 : 0.85;
  return {
    ...muscle,
    cy: muscle.cy + (z > 560 ? 0.25 * fatMm : -0.05 * fatMm),
    rx: muscle.rx + fatMm * 0.9,
    ry: muscle.ry + fatMm * belly * 0.8,
  };
}

/** Paints the table, the skin, the fat under it, and the muscles of the trunk. */
export function paintTrunk(scene: Scene): void {
  const { z, hu, anatomy } = scene;
  const skin = skinOutline(z, anatomy.fatMm);
  paintTable(scene, skin);
  if (anatomy.sex === 'F' && anatomy.ageYears > 14 && scene.between(165, 285)) paintBreasts(scene);
  scene.fill(skin, -15, TISSUE.skin);
  scene.fill(grown(skin, -1.8), hu.fat, TISSUE.subcutaneousFat);
  const muscle = sectionAt(TRUNK, z, 0.5);
  if (muscle === undefined) return;
  if (z < 70) paintNeckMuscles(scene, muscle);
  else if (z < 425) paintChestWall(scene, muscle);
  else if (z < 545) scene.fill(muscle, hu.muscle, TISSUE.muscle);
  else paintHipMuscles(scene, muscle);
}

function paintTable(scene: Scene, skin: Ellipse): void {
  const top = skin.cy + skin.ry + 4;
  const only = labels(TISSUE.air);
  scene.fill({ cx: 0, cy: top - 38, rx: 215, ry: 56, rot: 0, square: 0.2 }, -640, TISSUE.air, only);
  scene.fill({ cx: 0, cy: top - 40, rx: 213, ry: 55, rot: 0, square: 0.2 }, -955, TISSUE.air);
  scene.fill({ cx: 0, cy: top - 110, rx: 235, ry: 112, rot: 0, square: 0.2 }, -1000, TISSUE.air);
}

function paintBreasts(scene: Scene): void {
  const swell = Math.sqrt(Math.max(0, 1 - ((scene.z - 228) / 62) ** 2));
  const front = skinOutline(scene.z, scene.anatomy.fatMm);
  for (const side of [-1, 1]) {
    const cy = front.cy - front.ry * 0.82;
    const r = (26 + scene.anatomy.fatMm * 0.7) * swell;
    scene.disc(side * 78, cy, r * 1.6, r, -15, TISSUE.skin);
    scene.disc(side * 78, cy, r * 1.6 - 1.8, r - 1.8, scene.hu.fat, TISSUE.subcutaneousFat);
    scene.disc(side * 80, cy - r * 0.15, r * 0.8, r * 0.45, scene.hu.gland - 40, TISSUE.gland, undefined, side * 0.3);
    scene.disc(side * 76, cy - r * 0.25, r * 0.35, r * 0.28, scene.hu.gland, TISSUE.gland, undefined, -side * 0.5);
  }
}

function paintNeckMuscles(scene: Scene, outline: Ellipse): void {
  const { hu, z } = scene;
  scene.fill(outline, hu.fat, TISSUE.deepFat);
  const wide = Math.max(0, (z - 30) / 40);
  for (const side of [-1, 1]) {
    scene.disc(side * 26, 42, 26, 17, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.3);
    scene.disc(side * 20, 22, 13, 12, hu.muscle, TISSUE.muscle, IN_FAT);
    scene.disc(
      side * (36 + 30 * wide),
      40 + 8 * wide,
      15 + 30 * wide,
      12 + 5 * wide,
      hu.muscle,
      TISSUE.muscle,
      IN_FAT,
      side * -0.5,
    );
    scene.disc(side * (40 - 0.2 * z), -10 - 0.35 * z, 6, 15 - 0.06 * z, hu.muscle, TISSUE.muscle, IN_FAT, side * -0.5);
    scene.disc(side * 33, 12, 9, 9, hu.muscle, TISSUE.muscle, IN_FAT);
    if (wide > 0.3) scene.disc(side * 85, 5, 34 * wide, 24 * wide, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.2);
  }
}

function paintChestWall(scene: Scene, outline: Ellipse): void {
  const { hu, z } = scene;
  scene.fill(outline, hu.fat, TISSUE.deepFat);
  const cavity = sectionAt(CHEST_CAVITY, Math.max(z, 67), 0.25) ?? outline;
  const low = Math.max(0, (z - 200) / 200);
  for (const side of [-1, 1]) {
    const front = cavity.cy - cavity.ry;
    if (z < 265) {
      const bulk = z < 100 ? 0.7 : 1 - Math.max(0, (z - 190) / 110);
      scene.disc(
        side * (cavity.rx * 0.6),
        front + cavity.ry * 0.1 - 6,
        52 * bulk,
        9 * bulk + 2,
        hu.muscle,
        TISSUE.muscle,
        IN_FAT,
        side * 0.42,
      );
      scene.disc(
        side * (cavity.rx * 0.74),
        front + cavity.ry * 0.32 - 3,
        30 * bulk,
        6 * bulk + 1,
        hu.muscle,
        TISSUE.muscle,
        IN_FAT,
        side * 0.62,
      );
    }
    scene.disc(side * (cavity.rx + 17), 34 - 8 * low, 11, 46 - 10 * low, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.16);
    if (z < 235) {
      const size = Math.sin((Math.PI * (z - 50)) / 200);
      scene.disc(side * 112, 58, 34 * size + 4, 13 * size + 4, hu.muscle, TISSUE.muscle, IN_FAT, side * -0.5);
      scene.disc(side * 104, 74, 36 * size + 4, 10 * size + 4, hu.muscle, TISSUE.muscle, IN_FAT, side * -0.45);
    }
    scene.disc(side * 52, outline.ry - 12 + outline.cy, 56, 6, hu.muscle, TISSUE.muscle, IN_FAT, side * -0.2);
  }
  scene.fill(grown(cavity, 11), hu.muscle - 8, TISSUE.muscle, IN_FAT);
  if (z > 330) scene.fill(grown(cavity, 15 + (z - 330) * 0.06), hu.muscle, TISSUE.muscle, IN_FAT);
}

function paintHipMuscles(scene: Scene, outline: Ellipse): void {
  const { hu, z } = scene;
  scene.fill(outline, hu.fat, TISSUE.deepFat);
  const wall = Math.max(0, 1 - (z - 545) / 60);
  if (wall > 0) scene.fill(grown(outline, -26 * (1 - wall)), hu.muscle, TISSUE.muscle, labels(TISSUE.deepFat));
  const t = Math.min(1, Math.max(0, (z - 560) / 60));
  for (const side of [-1, 1]) {
    scene.disc(side * 78, 72, 50 * t + 8, 22 * t + 5, hu.muscle, TISSUE.muscle, IN_FAT, side * -0.42);
    scene.disc(side * 122, 26, 20 * t + 4, 36 * t + 4, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.2);
    scene.disc(side * 112, -8, 15 * t + 3, 30 * t, hu.muscle, TISSUE.muscle, IN_FAT, side * -0.3);
    scene.disc(side * 92, -38, 12 * t, 20 * t, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.5);
    scene.disc(side * 118, -52, 18 * t, 13 * t, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.6);
    scene.disc(side * 20, -72 - 0.02 * z, 19, 6.5, hu.muscle, TISSUE.muscle, IN_FAT);
    if (z > 715) {
      scene.disc(side * 48, -28, 22, 18, hu.muscle, TISSUE.muscle, IN_FAT, side * 0.6);
      scene.disc(side * 92, 44, 28, 13, hu.muscle, TISSUE.muscle, IN_FAT);
    }
  }
}

/** Height of the spine's front column and its place in the stack: 0…1 through one vertebra, above 0.8 is the disc. */
function vertebraPhase(z: number, offset: number): number {
  const stack = (550 / 18) * Math.log(1 + (z + 60) / 550) + offset;
  return stack - Math.floor(stack);
}

/** Paints the muscles along the spine, the vertebra or disc, its arch and processes, and the canal. */
export function paintSpine(scene: Scene): void {
  const { z, hu, anatomy } = scene;
  const body = sectionAt(SPINE, z, 0.15);
  if (body === undefined) return;
  const back = body.cy + body.ry;
  if (z > 60 && z < 600) {
    for (const side of [-1, 1]) {
      scene.disc(side * 27, back + 22, 25, 18, hu.muscle, TISSUE.muscle, IN_TRUNK, side * -0.15);
      scene.disc(side * 12, back + 14, 9, 12, hu.muscle, TISSUE.muscle);
      scene.tube([side * 14, back + 24, z], [side * 34, back + 16, z], 1.3, 0.7, hu.fat + 35, TISSUE.muscle);
    }
  }
  if (z > 570) {
    scene.bone(body, 2.4);
    if (z < 690) for (const side of [-1, 1]) scene.disc(side * 12, body.cy + 2, 4, 3, hu.fat + 60, TISSUE.canal);
    return;
  }
  const phase = vertebraPhase(z, anatomy.vertebraPhase);
  paintArch(scene, back, phase);
  if (phase > 0.8) {
    const nearPlate = phase < 0.83 || phase > 0.97;
    scene.fill(body, nearPlate ? hu.cortical * 0.6 : 82, nearPlate ? TISSUE.bone : TISSUE.muscle);
  } else scene.bone(body, phase < 0.06 || phase > 0.74 ? 4 : 1.9);
  scene.disc(0, back + 6.5, 9.5, 7.5, 18, TISSUE.canal);
  scene.disc(0, back + 6.5, 5.5, 4.5, 40, TISSUE.canal);
}

function paintArch(scene: Scene, back: number, phase: number): void {
  const { z, hu } = scene;
  if (phase < 0.5)
    scene.fill({ cx: 0, cy: back + 5, rx: 14, ry: 11, rot: 0, square: 0.2 }, hu.cortical * 0.75, TISSUE.bone);
  else {
    for (const side of [-1, 1]) {
      scene.boneRod([side * 15, back + 6, z], [side * 13, back + 14, z], 5.5, 4.5);
      scene.boneRod([side * 12, back + 13, z], [0, back + 19, z], 2.6, 2.6);
    }
  }
  const tip = back + (z > 400 ? 34 : 27);
  if (phase < 0.55) scene.boneRod([0, back + 15, z], [0, tip, z], 3.2, 2.4, 1.6);
  else scene.boneRod([0, back + 22, z], [0, tip - 2, z], 2.2, 1.8, 1.6);
  if (phase > 0.1 && phase < 0.5) {
    for (const side of [-1, 1]) {
      const reach = z > 380 ? 40 : 32;
      scene.boneRod([side * 13, back + 8, z], [side * reach, back + (z > 380 ? 8 : 17), z], 4.2, 3, 1.7);
    }
  }
  if (z < 70) for (const side of [-1, 1]) scene.boneRod([side * 11, back - 2, z], [side * 20, back + 4, z], 3.5, 4);
}
