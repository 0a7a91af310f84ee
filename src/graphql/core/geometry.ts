/** Geometry in pixels of a bookmarked image. The data set's `pixelConvention` defines the origin. */
import { Float, ObjectType } from 'type-graphql';
import { Property } from './property';

const PX = "in pixels of the source image, in the data set's pixelConvention";

@ObjectType({
  description: `A box ${PX}: x increases to the right, y downwards; the width is x2 - x1, the height y2 - y1.`,
})
export class BoundingBox {
  constructor(box: { x1: number; y1: number; x2: number; y2: number }) {
    this.x1 = box.x1;
    this.y1 = box.y1;
    this.x2 = box.x2;
    this.y2 = box.y2;
  }

  @Property(() => Float, `Left edge ${PX}.`)
  readonly x1: number;

  @Property(() => Float, `Top edge ${PX}.`)
  readonly y1: number;

  @Property(() => Float, `Right edge ${PX}; always greater than x1.`)
  readonly x2: number;

  @Property(() => Float, `Bottom edge ${PX}; always greater than y1.`)
  readonly y2: number;
}

@ObjectType({ description: `A point ${PX}.` })
export class Point {
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  @Property(() => Float, `Horizontal position, increasing to the right, ${PX}.`)
  readonly x: number;

  @Property(() => Float, `Vertical position, increasing downwards, ${PX}.`)
  readonly y: number;
}

@ObjectType({
  description: 'One of the two axes of a RECIST measurement, from end point to end point as drawn by the radiologist.',
})
export class Axis {
  constructor(start: Point, end: Point) {
    this.start = start;
    this.end = end;
  }

  @Property(() => Point, 'The end point that the source lists first.')
  readonly start: Point;

  @Property(() => Point, 'The end point that the source lists second.')
  readonly end: Point;
}

@ObjectType({ description: 'Relative position in the body as estimated by DeepLesion, each coordinate 0 to 1.' })
export class NormalizedLocation {
  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  @Property(() => Float, 'Position from the left to the right edge of the body in the image, 0 to 1.')
  readonly x: number;

  @Property(() => Float, 'Position from front to back, 0 to 1.')
  readonly y: number;

  @Property(() => Float, 'Position from head to feet, 0 to 1.')
  readonly z: number;
}
