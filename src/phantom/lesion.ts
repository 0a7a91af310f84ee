import { noiseTiles, TILE } from './noise';
import type { Random } from './random';
import type { Raster } from './raster';

/** Hidden type of a lesion: what the unsupervised categories of the paper turned out to be. */
export type HiddenType = 'liver' | 'lung' | 'abdomen' | 'node' | 'mixed';

/** Look of a lesion. */
export interface LesionLook {
  readonly hu: number;
  /** Width of the border, mm. */
  readonly edge: number;
  /** HU added in an outer shell; 0 is none. */
  readonly rimHu: number;
  /** HU added in the middle (negative: necrosis or a cavity). */
  readonly coreHu: number;
  /** Relative radius of the middle. */
  readonly coreRadius: number;
  /** Strength of inner texture, HU. */
  readonly textureHu: number;
}

/** A lesion: an irregular ellipsoid in the body, in mm of the body (not of the atlas). */
export interface Lesion {
  readonly id: number;
  readonly type: HiddenType;
  readonly kind: string;
  /** Coarse_lesion_type of DL_info.csv, 1..8. */
  readonly coarse: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly rx: number;
  readonly ry: number;
  readonly rz: number;
  readonly rot: number;
  /** Amplitudes and phases of the waves 2, 3, 4… of the outline, relative to the radius. */
  readonly waves: readonly { readonly order: number; readonly amplitude: number; readonly phase: number }[];
  readonly look: LesionLook;
}

/** Draws the waves of an outline: `irregularity` 0.03 is smooth, 0.12 lobulated; `spikes` adds fine spicules. */
export function drawOutline(random: Random, irregularity: number, spikes: number): Lesion['waves'] {
  const waves = [2, 3, 4, 5].map((order) => ({
    order,
    amplitude: (irregularity * random.normal(0, 1.1)) / Math.sqrt(order - 1),
    phase: random.uniform(0, 2 * Math.PI),
  }));
  if (spikes > 0)
    for (const order of [8, 11, 13])
      waves.push({ order, amplitude: spikes * random.uniform(0.4, 1), phase: random.uniform(0, 2 * Math.PI) });
  return waves;
}

/** Radius of the outline relative to the ellipse in the direction `theta` of the lesion's own axes. */
export function outlineAt(lesion: Pick<Lesion, 'waves'>, theta: number): number {
  let sum = 1;
  for (const { order, amplitude, phase } of lesion.waves) sum += amplitude * Math.cos(order * theta + phase);
  return Math.max(0.45, sum);
}

/**
 * How large the cross-section at height `z` (mm of the body) is against the largest one: 0 beyond the lesion, 1 through
 * its middle.
 */
export function sectionScale(lesion: Lesion, z: number): number {
  const t = (z - lesion.z) / lesion.rz;
  return Math.abs(t) >= 1 ? 0 : Math.sqrt(1 - t * t);
}

/**
 * Outline that a reader sees on the slice at `z`, as points of the body in mm; empty if the slice misses the lesion. A
 * slice shows all of its slab, so that the widest section within the inner 60 % of the slab counts.
 */
export function contourAt(lesion: Lesion, z: number, thickness: number, points = 96): { x: number; y: number }[] {
  const off = Math.max(0, Math.abs(z - lesion.z) - 0.3 * thickness);
  const scale = sectionScale(lesion, lesion.z + off);
  if (scale === 0) return [];
  const cos = Math.cos(lesion.rot);
  const sin = Math.sin(lesion.rot);
  return Array.from({ length: points }, (_, k) => {
    const theta = (2 * Math.PI * k) / points;
    const r = scale * outlineAt(lesion, theta);
    const a = r * lesion.rx * Math.cos(theta);
    const b = r * lesion.ry * Math.sin(theta);
    return { x: lesion.x + a * cos - b * sin, y: lesion.y + a * sin + b * cos };
  });
}

/** Share of the slab z ± thickness/2 that a chord of half-length `half` round the lesion's middle plane fills. */
function slabFill(dz: number, half: number, thickness: number): number {
  const low = Math.max(-half, dz - thickness / 2);
  const high = Math.min(half, dz + thickness / 2);
  return Math.max(0, high - low) / thickness;
}

function shade(look: LesionLook, rho: number): number {
  let hu = look.hu;
  if (look.rimHu !== 0) hu += look.rimHu * Math.max(0, 1 - Math.abs(rho - 0.86) / 0.16);
  if (look.coreHu !== 0) hu += look.coreHu * Math.min(1, Math.max(0, (look.coreRadius - rho) / 0.15 + 0.5));
  return hu;
}

/**
 * Paints the lesion into a slice, with partial volume: a pixel takes the share of the slice's slab that the lesion
 * fills there.
 * @param z height of the slice, mm of the body.
 */
export function paintLesion(raster: Raster, lesion: Lesion, z: number, thickness: number): void {
  const { size, spacing, originX, originY } = raster.geometry;
  const dz = z - lesion.z;
  if (Math.abs(dz) > lesion.rz + thickness / 2) return;
  const { texture } = noiseTiles();
  const reach = 1.5 * Math.max(lesion.rx, lesion.ry) + lesion.look.edge;
  const centreX = lesion.x / spacing + originX;
  const centreY = lesion.y / spacing + originY;
  const span = reach / spacing;
  const cos = Math.cos(lesion.rot);
  const sin = Math.sin(lesion.rot);
  const softness = Math.max(lesion.look.edge, spacing) / Math.sqrt(lesion.rx * lesion.ry);
  const shift = (lesion.id * 131) & (TILE - 1);
  for (let py = Math.max(0, Math.floor(centreY - span)); py <= Math.min(size - 1, Math.ceil(centreY + span)); py++) {
    for (let px = Math.max(0, Math.floor(centreX - span)); px <= Math.min(size - 1, Math.ceil(centreX + span)); px++) {
      const dx = (px - centreX) * spacing;
      const dy = (py - centreY) * spacing;
      const a = (dx * cos + dy * sin) / lesion.rx;
      const b = (dy * cos - dx * sin) / lesion.ry;
      const q = Math.hypot(a, b);
      if (q > 1.55) continue;
      const rho = q / outlineAt(lesion, Math.atan2(b, a));
      if (rho >= 1 + softness) continue;
      const half = lesion.rz * Math.sqrt(Math.max(0, 1 - rho * rho));
      const edge = Math.min(1, Math.max(0, 0.5 + (1 - rho) / softness));
      const alpha = Math.min(
        edge,
        rho < 1
          ? slabFill(dz, Math.max(half, 0.3 * thickness * edge), thickness)
          : edge * slabFill(dz, 0.3 * thickness, thickness),
      );
      if (alpha <= 0) continue;
      const i = py * size + px;
      const grain = texture[((py + shift) & (TILE - 1)) * TILE + ((px + shift) & (TILE - 1))] ?? 0;
      const before = raster.hu[i] ?? 0;
      raster.hu[i] = before + alpha * (shade(lesion.look, rho) + lesion.look.textureHu * grain - before);
    }
  }
}
