import { type LabelSet, TISSUE } from './tissue';

/** An ellipse in atlas millimetres; `square` 0 is a true ellipse, towards 1 its corners fill up. */
export interface Ellipse {
  readonly cx: number;
  readonly cy: number;
  readonly rx: number;
  readonly ry: number;
  /** Radians, clockwise on the image. */
  readonly rot: number;
  readonly square: number;
}

/** What a shape is filled with. */
export interface Paint {
  readonly hu: number;
  readonly label: number;
  /** Width of the soft edge, mm. */
  readonly edge: number;
  /** Only pixels that bear one of these labels are painted. */
  readonly only?: LabelSet;
}

/** A point of the body, mm. */
export type Point3 = readonly [x: number, y: number, z: number];

/** Where a raster lies in the body. */
export interface RasterGeometry {
  /** Pixels a side. */
  readonly size: number;
  /** mm a pixel. */
  readonly spacing: number;
  /** Pixel position (0-based, may be fractional) of the body's axis. */
  readonly originX: number;
  readonly originY: number;
  /** Stretch of the patient against the atlas. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/** Displacement of atlas coordinates at a point, mm. */
export type Warp = (x: number, y: number) => readonly [dx: number, dy: number];

const WARP_STEP = 8;

/**
 * One axial slice while it is painted: Hounsfield units and a tissue label a pixel. Shapes are given in atlas
 * millimetres; a smooth displacement field bends all of them, so that no organ of a patient is a perfect ellipse.
 */
export class Raster {
  readonly hu: Float32Array;
  readonly label: Uint8Array;
  private readonly u: Float32Array;
  private readonly v: Float32Array;
  private readonly stepX: number;
  private readonly stepY: number;
  /** Largest displacement of the field in this slice, mm: how far a shape may reach beyond its own box. */
  private margin = 0;

  /**
   * @param warp displacement field.
   */
  constructor(
    readonly geometry: RasterGeometry,
    warp: Warp,
  ) {
    const { size } = geometry;
    this.hu = new Float32Array(size * size).fill(-1000);
    this.label = new Uint8Array(size * size);
    this.u = new Float32Array(size * size);
    this.v = new Float32Array(size * size);
    this.stepX = geometry.spacing / geometry.scaleX;
    this.stepY = geometry.spacing / geometry.scaleY;
    this.fillCoordinates(warp);
  }

  /** Atlas coordinates of every pixel: the field on a coarse grid, bilinear between its nodes. */
  private fillCoordinates(warp: Warp): void {
    const { size, originX, originY } = this.geometry;
    const nodes = Math.ceil(size / WARP_STEP) + 1;
    const gridU = new Float64Array(nodes * nodes);
    const gridV = new Float64Array(nodes * nodes);
    for (let j = 0; j < nodes; j++) {
      for (let i = 0; i < nodes; i++) {
        const x = (i * WARP_STEP - originX) * this.stepX;
        const y = (j * WARP_STEP - originY) * this.stepY;
        const [dx, dy] = warp(x, y);
        gridU[j * nodes + i] = x + dx;
        gridV[j * nodes + i] = y + dy;
        this.margin = Math.max(this.margin, Math.abs(dx), Math.abs(dy));
      }
    }
    this.interpolate(gridU, nodes, this.u);
    this.interpolate(gridV, nodes, this.v);
  }

  private interpolate(grid: Float64Array, nodes: number, out: Float32Array): void {
    const { size } = this.geometry;
    for (let y = 0; y < size; y++) {
      const row = Math.floor(y / WARP_STEP) * nodes;
      const fy = (y % WARP_STEP) / WARP_STEP;
      for (let x0 = 0; x0 < size; x0 += WARP_STEP) {
        const at = row + x0 / WARP_STEP;
        const left = (grid[at] ?? 0) * (1 - fy) + (grid[at + nodes] ?? 0) * fy;
        const right = (grid[at + 1] ?? 0) * (1 - fy) + (grid[at + nodes + 1] ?? 0) * fy;
        const slope = (right - left) / WARP_STEP;
        const end = Math.min(WARP_STEP, size - x0);
        for (let k = 0; k < end; k++) out[y * size + x0 + k] = left + slope * k;
      }
    }
  }

  /** Pixel window [x0, x1) × [y0, y1) that holds a box of atlas coordinates with the given slack. */
  private window(
    minX: number,
    maxX: number,
    minY: number,
    maxY: number,
    slack: number,
  ): [number, number, number, number] {
    const { size, originX, originY } = this.geometry;
    const x0 = Math.max(0, Math.floor((minX - slack) / this.stepX + originX));
    const x1 = Math.min(size, Math.ceil((maxX + slack) / this.stepX + originX) + 1);
    const y0 = Math.max(0, Math.floor((minY - slack) / this.stepY + originY));
    const y1 = Math.min(size, Math.ceil((maxY + slack) / this.stepY + originY) + 1);
    return [x0, x1, y0, y1];
  }

  /** Paints a filled ellipse with a soft edge. */
  ellipse(shape: Ellipse, paint: Paint): void {
    const { cx, cy, rx, ry, rot, square } = shape;
    if (rx <= 0.3 || ry <= 0.3) return;
    const cos = Math.cos(rot);
    const sin = Math.sin(rot);
    const reachX = Math.abs(rx * cos) + Math.abs(ry * sin);
    const reachY = Math.abs(rx * sin) + Math.abs(ry * cos);
    const [x0, x1, y0, y1] = this.window(cx - reachX, cx + reachX, cy - reachY, cy + reachY, this.margin + paint.edge);
    const edge = Math.max(paint.edge, this.geometry.spacing);
    const scale = Math.min(rx, ry) / edge;
    const outer = (1 + 0.5 / scale) ** 2;
    const inner = Math.max(0, 1 - 0.5 / scale) ** 2;
    const { size } = this.geometry;
    const { only } = paint;
    for (let y = y0; y < y1; y++) {
      for (let i = y * size + x0, end = y * size + x1; i < end; i++) {
        const du = (this.u[i] ?? 0) - cx;
        const dv = (this.v[i] ?? 0) - cy;
        const a = (du * cos + dv * sin) / rx;
        const b = (dv * cos - du * sin) / ry;
        const a2 = a * a;
        const b2 = b * b;
        let q = a2 + b2;
        if (square > 0) q += square * (Math.sqrt(a2 * a2 + b2 * b2) - q);
        if (q >= outer) continue;
        const label = this.label[i] ?? 0;
        if (only !== undefined && only[label] !== 1) continue;
        const alpha = q <= inner ? 1 : Math.min(1, 0.5 + (1 - Math.sqrt(q)) * scale);
        const before = this.hu[i] ?? 0;
        this.hu[i] = before + alpha * (paint.hu - before);
        if (alpha > 0.5 && paint.label !== TISSUE.keep) this.label[i] = paint.label;
      }
    }
  }

  /** Paints where a tube (a capsule in space) is cut by the plane `z`. */
  tube(from: Point3, to: Point3, radiusFrom: number, radiusTo: number, z: number, paint: Paint): void {
    const [x1, y1, z1] = from;
    const dx = to[0] - x1;
    const dy = to[1] - y1;
    const dz = to[2] - z1;
    const reach = Math.max(radiusFrom, radiusTo);
    if (z < Math.min(z1, to[2]) - reach || z > Math.max(z1, to[2]) + reach) return;
    const length2 = dx * dx + dy * dy + dz * dz || 1e-9;
    const slack = this.margin + reach + paint.edge;
    const [px0, px1, py0, py1] = this.window(
      Math.min(x1, to[0]),
      Math.max(x1, to[0]),
      Math.min(y1, to[1]),
      Math.max(y1, to[1]),
      slack,
    );
    const { size } = this.geometry;
    const edge = Math.max(paint.edge, this.geometry.spacing);
    const wz = z - z1;
    for (let y = py0; y < py1; y++) {
      for (let i = y * size + px0, end = y * size + px1; i < end; i++) {
        const wx = (this.u[i] ?? 0) - x1;
        const wy = (this.v[i] ?? 0) - y1;
        const t = Math.min(1, Math.max(0, (wx * dx + wy * dy + wz * dz) / length2));
        const ex = wx - t * dx;
        const ey = wy - t * dy;
        const ez = wz - t * dz;
        const radius = radiusFrom + t * (radiusTo - radiusFrom);
        const distance2 = ex * ex + ey * ey + ez * ez;
        const outer = radius + edge / 2;
        if (distance2 >= outer * outer) continue;
        this.blend(i, Math.min(1, 0.5 + (radius - Math.sqrt(distance2)) / edge), paint);
      }
    }
  }

  /**
   * Paints the part of a thin vessel that lies in the slab z ± thickness / 2, weighted by how much of the slab it fills
   * (partial volume). Thin vessels skip the displacement field: they are too small to show it.
   */
  vessel(from: Point3, to: Point3, radius: number, z: number, thickness: number, paint: Paint): void {
    const low = z - thickness / 2;
    const high = z + thickness / 2;
    const dz = to[2] - from[2];
    let t0 = 0;
    let t1 = 1;
    if (Math.abs(dz) > 1e-6) {
      const a = (low - from[2]) / dz;
      const b = (high - from[2]) / dz;
      t0 = Math.max(0, Math.min(a, b));
      t1 = Math.min(1, Math.max(a, b));
    } else if (from[2] < low || from[2] > high) return;
    if (t0 >= t1) return;
    const dx = to[0] - from[0];
    const dy = to[1] - from[1];
    const flat = Math.hypot(dx, dy) / Math.hypot(dx, dy, dz);
    const filled = Math.min(1, (2 * radius) / (thickness * Math.max(flat, 0.05)));
    this.capsule(from[0] + t0 * dx, from[1] + t0 * dy, (t1 - t0) * dx, (t1 - t0) * dy, radius, filled, paint);
  }

  /** Paints a straight line of the given half-width in the plane, with an opacity. */
  capsuleLine(x1: number, y1: number, x2: number, y2: number, radius: number, opacity: number, paint: Paint): void {
    this.capsule(
      x1,
      y1,
      x2 - x1,
      y2 - y1,
      radius,
      opacity / Math.min(1, (2.2 * radius) / this.geometry.spacing),
      paint,
    );
  }

  private capsule(x: number, y: number, dx: number, dy: number, radius: number, opacity: number, paint: Paint): void {
    const { size, originX, originY, spacing } = this.geometry;
    const length2 = dx * dx + dy * dy || 1e-9;
    const slack = radius + spacing;
    const [x0, x1, y0, y1] = this.window(
      Math.min(x, x + dx),
      Math.max(x, x + dx),
      Math.min(y, y + dy),
      Math.max(y, y + dy),
      slack,
    );
    const weight = opacity * Math.min(1, (2.2 * radius) / spacing);
    for (let row = y0; row < y1; row++) {
      const wy = (row - originY) * this.stepY - y;
      for (let col = x0; col < x1; col++) {
        const wx = (col - originX) * this.stepX - x;
        const t = Math.min(1, Math.max(0, (wx * dx + wy * dy) / length2));
        const distance = Math.hypot(wx - t * dx, wy - t * dy);
        const alpha = 0.5 + (radius - distance) / spacing;
        if (alpha > 0) this.blend(row * size + col, weight * Math.min(1, alpha), paint);
      }
    }
  }

  private blend(i: number, alpha: number, paint: Paint): void {
    if (alpha <= 0) return;
    const label = this.label[i] ?? 0;
    if (paint.only !== undefined && paint.only[label] !== 1) return;
    const before = this.hu[i] ?? 0;
    this.hu[i] = before + Math.min(1, alpha) * (paint.hu - before);
    if (alpha > 0.5 && paint.label !== TISSUE.keep) this.label[i] = paint.label;
  }

  /** Visits every pixel of a box of atlas coordinates with its displaced atlas coordinates. */
  each(minX: number, maxX: number, minY: number, maxY: number, visit: (i: number, u: number, v: number) => void): void {
    const [x0, x1, y0, y1] = this.window(minX, maxX, minY, maxY, this.margin);
    const { size } = this.geometry;
    for (let y = y0; y < y1; y++) {
      for (let i = y * size + x0, end = y * size + x1; i < end; i++) visit(i, this.u[i] ?? 0, this.v[i] ?? 0);
    }
  }
}
