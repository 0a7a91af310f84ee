import { type Anatomy, paintAnatomy } from './anatomy';
import { drawOutline, type Lesion, outlineAt } from './lesion';
import type { LesionKind } from './lesionKind';
import type { Random } from './random';
import { Raster } from './raster';

/** Pixels of the coarse slice in which places are looked for, and their spacing in mm. */
const PLAN_SIZE = 208;
const PLAN_SPACING = 2;
const CENTRE_TRIES = 60;
/** Least difference between a lesion and the tissue round it, HU: about twice the noise. */
const LEAST_CONTRAST_HU = 26;

/** A coarse slice of normal anatomy, on which lesions are placed. */
export class PlanSlice {
  readonly raster: Raster;

  /** @param z height, mm of the body. */
  constructor(
    readonly anatomy: Anatomy,
    readonly z: number,
  ) {
    const middle = PLAN_SIZE / 2;
    const geometry = {
      size: PLAN_SIZE,
      spacing: PLAN_SPACING,
      originX: middle,
      originY: middle,
      scaleX: anatomy.scaleX,
      scaleY: anatomy.scaleY,
    };
    const zAtlas = z / anatomy.scaleZ;
    this.raster = new Raster(geometry, anatomy.warpAt(zAtlas));
    paintAnatomy(this.raster, anatomy, zAtlas, 5);
  }

  private indexAt(x: number, y: number): number {
    const px = Math.round(x / PLAN_SPACING + PLAN_SIZE / 2);
    const py = Math.round(y / PLAN_SPACING + PLAN_SIZE / 2);
    return px < 0 || py < 0 || px >= PLAN_SIZE || py >= PLAN_SIZE ? -1 : py * PLAN_SIZE + px;
  }

  /** Label of the tissue at a point of the body, mm; 0 (air) outside. */
  labelAt(x: number, y: number): number {
    const i = this.indexAt(x, y);
    return i < 0 ? 0 : (this.raster.label[i] ?? 0);
  }

  /** HU at a point of the body, mm. */
  huAt(x: number, y: number): number {
    const i = this.indexAt(x, y);
    return i < 0 ? -1000 : (this.raster.hu[i] ?? -1000);
  }

  /** Points of the body (mm) whose tissue is one of the kind's homes. */
  candidates(kind: LesionKind): number[] {
    const { label } = this.raster;
    const found: number[] = [];
    for (let i = 0; i < label.length; i++) {
      if (kind.home[label[i] ?? 0] !== 1) continue;
      if (kind.box !== undefined) {
        const x = ((i % PLAN_SIZE) - PLAN_SIZE / 2) * (PLAN_SPACING / this.anatomy.scaleX);
        const y = (Math.floor(i / PLAN_SIZE) - PLAN_SIZE / 2) * (PLAN_SPACING / this.anatomy.scaleY);
        const side = kind.mirrored === true ? Math.abs(x) : x;
        if (side < kind.box[0] || side > kind.box[1] || y < kind.box[2] || y > kind.box[3]) continue;
      }
      found.push(i);
    }
    return found;
  }

  /** Body coordinates of a coarse pixel, mm. */
  pointOf(index: number): [number, number] {
    return [
      ((index % PLAN_SIZE) - PLAN_SIZE / 2) * PLAN_SPACING,
      (Math.floor(index / PLAN_SIZE) - PLAN_SIZE / 2) * PLAN_SPACING,
    ];
  }
}

function overlaps(lesion: Pick<Lesion, 'x' | 'y' | 'z' | 'rx' | 'ry' | 'rz'>, others: readonly Lesion[]): boolean {
  const radius = Math.max(lesion.rx, lesion.ry);
  return others.some((o) => {
    const gap = 1.2 * (radius + Math.max(o.rx, o.ry)) + 5;
    return Math.hypot(lesion.x - o.x, lesion.y - o.y) < gap && Math.abs(lesion.z - o.z) < lesion.rz + o.rz + 6;
  });
}

/**
 * Share of the outline (and of points half-way) that lies in the tissues where the kind may grow, and the mean HU just
 * outside.
 */
function fitAt(slice: PlanSlice, kind: LesionKind, shape: Omit<Lesion, 'look'>): { inside: number; around: number } {
  let inside = 0;
  let sum = 0;
  const count = 20;
  for (let k = 0; k < count; k++) {
    const theta = (2 * Math.PI * k) / count;
    const r = outlineAt(shape, theta);
    const a = r * shape.rx * Math.cos(theta);
    const b = r * shape.ry * Math.sin(theta);
    const dx = a * Math.cos(shape.rot) - b * Math.sin(shape.rot);
    const dy = a * Math.sin(shape.rot) + b * Math.cos(shape.rot);
    if (
      kind.within[slice.labelAt(shape.x + 0.92 * dx, shape.y + 0.92 * dy)] === 1 &&
      kind.within[slice.labelAt(shape.x + 0.5 * dx, shape.y + 0.5 * dy)] === 1
    )
      inside++;
    const grow = 1 + 3 / Math.max(3, Math.hypot(dx, dy));
    sum += slice.huAt(shape.x + grow * dx, shape.y + grow * dy);
  }
  return { inside: inside / count, around: sum / count };
}

/** Limits on a lesion to be placed. */
export interface PlacementWish {
  readonly id: number;
  /** Long diameter, mm, or undefined to draw it from the kind's range. */
  readonly diameterMm?: number;
  readonly others: readonly Lesion[];
}

/** Finds a place for a lesion of the kind in a slice; undefined if there is none. */
export function placeLesion(
  slice: PlanSlice,
  kind: LesionKind,
  wish: PlacementWish,
  random: Random,
): Lesion | undefined {
  const candidates = slice.candidates(kind);
  if (candidates.length < 6) return undefined;
  const wanted = wish.diameterMm ?? random.logUniform(kind.diameterMm[0], kind.diameterMm[1]);
  const waves = drawOutline(random, kind.irregularity, kind.spikes);
  const aspect = random.uniform(kind.aspect[0], kind.aspect[1]);
  const depth = random.uniform(0.75, 1.15);
  for (let k = 0; k < CENTRE_TRIES; k++) {
    const diameter = Math.max(kind.diameterMm[0], wanted * (1 - 0.5 * (k / CENTRE_TRIES)));
    const [x, y] = slice.pointOf(candidates[random.integer(candidates.length)] ?? 0);
    const rx = diameter / 2;
    const ry = rx * aspect;
    const rz = Math.max(4, Math.sqrt(rx * ry) * depth);
    const shape = {
      id: wish.id,
      type: kind.type,
      kind: kind.name,
      coarse: kind.coarse,
      waves,
      rx,
      ry,
      rz,
      x: x + random.uniform(-1, 1),
      y: y + random.uniform(-1, 1),
      z: slice.z + random.uniform(-0.2, 0.2) * rz,
      rot: random.uniform(0, Math.PI),
    };
    if (overlaps(shape, wish.others)) continue;
    const { inside, around } = fitAt(slice, kind, shape);
    if (inside < kind.inside) continue;
    const look = kind.look(random, slice.anatomy, around);
    if (Math.abs(look.hu - around) < LEAST_CONTRAST_HU && Math.abs(look.hu + look.coreHu - around) < LEAST_CONTRAST_HU)
      continue;
    return { ...shape, look };
  }
  return undefined;
}
