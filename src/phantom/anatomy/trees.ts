import type { Random } from '../random';
import type { Point3 } from '../raster';
import { CHEST_CAVITY, sectionAt } from './keyframes';

/** One straight piece of a vessel. */
export interface VesselSegment {
  readonly from: Point3;
  readonly to: Point3;
  readonly radius: number;
}

/** The pieces of one branching vessel, ordered by nothing in particular. */
export type VesselTree = readonly VesselSegment[];

interface TreeOptions {
  /** Radius of a branch that supplies one target, mm. */
  readonly tipRadius: number;
  /** Murray's exponent: a branch that supplies n targets has the radius tip · n^(1/exponent). */
  readonly exponent: number;
  /** Share of the way to the centre of its targets that a branch goes before it forks. */
  readonly reach: number;
}

function centroid(points: readonly Point3[]): Point3 {
  let x = 0;
  let y = 0;
  let z = 0;
  for (const p of points) {
    x += p[0];
    y += p[1];
    z += p[2];
  }
  return [x / points.length, y / points.length, z / points.length];
}

/** Splits points into two halves along the axis on which they spread most. */
function halve(points: readonly Point3[], random: Random): [Point3[], Point3[]] {
  const mean = centroid(points);
  let axis: 0 | 1 | 2 = 0;
  let widest = -1;
  for (const candidate of [0, 1, 2] as const) {
    let spread = 0;
    for (const p of points) spread += (p[candidate] - mean[candidate]) ** 2;
    if (spread > widest) {
      widest = spread;
      axis = candidate;
    }
  }
  const sorted = [...points].sort((a, b) => a[axis] - b[axis]);
  const cut = Math.max(1, Math.min(sorted.length - 1, Math.round(sorted.length * random.uniform(0.32, 0.68))));
  return [sorted.slice(0, cut), sorted.slice(cut)];
}

/**
 * Grows a tree from `root` to all targets: each branch runs part of the way to the middle of its targets, forks, and
 * shares them out. That fills a region evenly, with thick stems and thin tips, as vessels do.
 */
function growTree(root: Point3, targets: readonly Point3[], options: TreeOptions, random: Random): VesselTree {
  const tree: VesselSegment[] = [];
  const grow = (from: Point3, points: readonly Point3[]): void => {
    const goal = centroid(points);
    const share = points.length === 1 ? 1 : options.reach;
    const wobble = 0.06 * Math.hypot(goal[0] - from[0], goal[1] - from[1], goal[2] - from[2]);
    const to: Point3 = [
      from[0] + share * (goal[0] - from[0]) + random.normal(0, wobble),
      from[1] + share * (goal[1] - from[1]) + random.normal(0, wobble),
      from[2] + share * (goal[2] - from[2]) + random.normal(0, wobble),
    ];
    tree.push({ from, to, radius: options.tipRadius * points.length ** (1 / options.exponent) });
    if (points.length === 1) return;
    for (const half of halve(points, random)) grow(to, half);
  };
  if (targets.length > 0) grow(root, targets);
  return tree;
}

function lungTargets(random: Random, side: -1 | 1, count: number): Point3[] {
  const points: Point3[] = [];
  while (points.length < count) {
    const z = random.uniform(88, 400);
    const cavity = sectionAt(CHEST_CAVITY, z);
    if (cavity === undefined) continue;
    const x = side * random.uniform(14, cavity.rx);
    const y = cavity.cy + random.uniform(-cavity.ry, cavity.ry);
    const q = ((x - cavity.cx) / cavity.rx) ** 2 + ((y - cavity.cy) / cavity.ry) ** 2;
    if (q < 0.95) points.push([x, y, z]);
  }
  return points;
}

/** Arteries and veins of both lungs, from the hila. */
export function growLungTrees(random: Random): VesselTree[] {
  const options: TreeOptions = { tipRadius: 0.68, exponent: 2.75, reach: 0.42 };
  const trees: VesselTree[] = [];
  for (const side of [-1, 1] as const) {
    trees.push(growTree([side * 40, 4, 208], lungTargets(random, side, 560), options, random));
    trees.push(growTree([side * 34, 14, 238], lungTargets(random, side, 400), options, random));
  }
  return trees;
}

/** Hepatic and portal veins, and the vessels of the mesentery. */
export function growAbdominalTrees(random: Random): { liver: VesselTree[]; mesenteric: VesselTree } {
  const inLiver = (): Point3 => {
    const z = random.uniform(318, 470);
    return [random.uniform(-125, z < 420 ? 45 : -45), random.uniform(-65, 55), z];
  };
  const inMesentery = (): Point3 => {
    const angle = random.uniform(0, 2 * Math.PI);
    const radius = 80 * Math.sqrt(random.next());
    return [radius * Math.cos(angle), -32 + 0.45 * radius * Math.sin(angle), random.uniform(440, 630)];
  };
  const points = (count: number, draw: () => Point3): Point3[] => Array.from({ length: count }, draw);
  const options: TreeOptions = { tipRadius: 0.85, exponent: 2.6, reach: 0.45 };
  return {
    liver: [
      growTree([-26, 6, 322], points(70, inLiver), options, random),
      growTree([-18, -8, 408], points(80, inLiver), options, random),
    ],
    mesenteric: growTree(
      [6, -12, 430],
      points(120, inMesentery),
      { tipRadius: 0.8, exponent: 2.7, reach: 0.45 },
      random,
    ),
  };
}
