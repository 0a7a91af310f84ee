import type { Ellipse, Paint, Point3, Raster } from '../raster';
import { type LabelSet, TISSUE } from '../tissue';
import { grown, type Keyframe, sectionAt } from './keyframes';
import type { Anatomy, TissueHu } from './patient';

/** Width of the transition between two tissues, mm: what the scanner's resolution leaves of a sharp border. */
const EDGE_MM = 1.3;

/** One slice of one patient while its organs are painted, from the outside in. */
export class Scene {
  readonly hu: TissueHu;

  /**
   * @param z height in the atlas, mm.
   * @param thickness slice thickness, mm.
   */
  constructor(
    readonly raster: Raster,
    readonly anatomy: Anatomy,
    readonly z: number,
    readonly thickness: number,
  ) {
    this.hu = anatomy.hu;
  }

  /** Paints an ellipse. */
  fill(shape: Ellipse, hu: number, label: number, only?: LabelSet, edge = EDGE_MM): void {
    this.raster.ellipse(shape, only === undefined ? { hu, label, edge } : { hu, label, edge, only });
  }

  /** Paints an ellipse given by its parts. */
  disc(cx: number, cy: number, rx: number, ry: number, hu: number, label: number, only?: LabelSet, rot = 0): void {
    this.fill({ cx, cy, rx, ry, rot, square: 0 }, hu, label, only);
  }

  /** Cross-section of a named organ here, with the patient's own shift and stretch. */
  section(name: string, frames: readonly Keyframe[], square = 0): Ellipse | undefined {
    const shift = this.anatomy.organShift(name);
    const shape = sectionAt(frames, this.z - shift.dz, square);
    if (shape === undefined) return undefined;
    return {
      ...shape,
      cx: shape.cx + shift.dx,
      cy: shape.cy + shift.dy,
      rx: shape.rx * shift.scale,
      ry: shape.ry * shift.scale,
    };
  }

  /** Paints a named organ, if it reaches this height. */
  organ(
    name: string,
    frames: readonly Keyframe[],
    hu: number,
    label: number,
    only?: LabelSet,
    square = 0,
  ): Ellipse | undefined {
    const shape = this.section(name, frames, square);
    if (shape !== undefined) this.fill(shape, hu, label, only);
    return shape;
  }

  /** Paints a bone: a dense shell of the given thickness round marrow. */
  bone(shape: Ellipse, shellMm = 2.2, marrowHu = this.hu.trabecular): void {
    this.fill(shape, this.hu.cortical * Math.min(1, Math.min(shape.rx, shape.ry) / 3.5), TISSUE.bone);
    if (Math.min(shape.rx, shape.ry) > shellMm + 1) this.fill(grown(shape, -shellMm), marrowHu, TISSUE.marrow);
  }

  /** Paints a bone along a line in space. */
  boneRod(from: Point3, to: Point3, radiusFrom: number, radiusTo: number, shellMm = 2): void {
    const shell: Paint = { hu: this.hu.cortical, label: TISSUE.bone, edge: EDGE_MM };
    this.raster.tube(from, to, radiusFrom, radiusTo, this.z, shell);
    if (Math.min(radiusFrom, radiusTo) <= shellMm + 0.6) return;
    const marrow: Paint = { hu: this.hu.trabecular, label: TISSUE.marrow, edge: EDGE_MM };
    this.raster.tube(from, to, radiusFrom - shellMm, radiusTo - shellMm, this.z, marrow);
  }

  /** Paints a tube in space. */
  tube(
    from: Point3,
    to: Point3,
    radiusFrom: number,
    radiusTo: number,
    hu: number,
    label: number,
    only?: LabelSet,
  ): void {
    this.raster.tube(
      from,
      to,
      radiusFrom,
      radiusTo,
      this.z,
      only === undefined ? { hu, label, edge: EDGE_MM } : { hu, label, edge: EDGE_MM, only },
    );
  }

  /** Paints a chain of tubes of one radius. */
  path(points: readonly Point3[], radius: number, hu: number, label: number, only?: LabelSet): void {
    for (let k = 1; k < points.length; k++) {
      const from = points[k - 1];
      const to = points[k];
      if (from !== undefined && to !== undefined) this.tube(from, to, radius, radius, hu, label, only);
    }
  }

  /** True between two heights. */
  between(low: number, high: number): boolean {
    return this.z >= low && this.z <= high;
  }
}
