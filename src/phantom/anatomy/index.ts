import type { Raster } from '../raster';
import { TISSUE } from '../tissue';
import { paintAbdomen } from './abdomen';
import type { Anatomy } from './patient';
import { paintPelvis } from './pelvis';
import { paintRibCage } from './ribs';
import { Scene } from './scene';
import { paintLungVessels, paintNeck, paintThorax } from './thorax';
import { paintSpine, paintTrunk, skinOutline } from './trunk';

export { type Anatomy, drawAnatomy } from './patient';
export { skinOutline };

/**
 * Paints all normal anatomy of one slice, from the outside in.
 * @param z height in the atlas, mm.
 * @param thickness slice thickness, mm.
 */
export function paintAnatomy(raster: Raster, anatomy: Anatomy, z: number, thickness: number): void {
  const scene = new Scene(raster, anatomy, z, thickness);
  paintTrunk(scene);
  paintThorax(scene);
  paintAbdomen(scene);
  paintSpine(scene);
  paintRibCage(scene);
  paintNeck(scene);
  paintPelvis(scene);
  paintLungVessels(scene);
  for (const { at, radius } of anatomy.nodes) scene.tube(at, at, radius, radius, 62, TISSUE.keep);
}
