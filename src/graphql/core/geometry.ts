/** Geometry in the pixels of a bookmarked image. The data set's `pixelConvention` says where the first pixel lies. */
import { Float, ObjectType } from 'type-graphql';
import { Property } from './property';

const PX = "in pixels of the source image, in the data set's pixelConvention";

@ObjectType({ description: `A box ${PX}: x to the right, y down; width is x2 - x1, height y2 - y1.` })
export class BoundingBox {
  constructor(box: { x1: number; y1: number; x2: number; y2: number }) {
    this.x1 = box.x1;
    this.y1 = box.y1;
    this.x2 = box.x2;
    this.y2 = box.y2;
  }

  @Property(() => Float, `Left edge ${PX}.`)
  readonly x1: number;

  @Property(() => Float, `Upper edge ${PX}.`)
  readonly y1: number;

  @Property(() => Float, `Right edge ${PX}; always beyond x1.`)
  readonly x2: number;

  @Property(() => Float, `Lower edge ${PX}; always beyond y1.`)
  readonly y2: number;
}

@ObjectType({ description: `A point ${PX}.` })
export class Point {
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }

  @Property(() => Float, `To the right, ${PX}.`)
  readonly x: number;

  @Property(() => Float, `Down, ${PX}.`)
  readonly y: number;
}

@ObjectType({ description: 'One of the two axes of a RECIST measurement, from end to end as the radiologist drew it.' })
export class Axis {
  constructor(start: Point, end: Point) {
    this.start = start;
    this.end = end;
  }

  @Property(() => Point, 'The end that the source names first.')
  readonly start: Point;

  @Property(() => Point, 'The other end.')
  readonly end: Point;
}

@ObjectType({ description: 'Relative position in the body, 0 to 1 each, as DeepLesion estimates it.' })
export class NormalizedLocation {
  constructor(x: number, y: number, z: number) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  @Property(() => Float, 'From the left to the right edge of the body in the image, 0 to 1.')
  readonly x: number;

  @Property(() => Float, 'From front to back, 0 to 1.')
  readonly y: number;

  @Property(() => Float, 'From head to feet, 0 to 1.')
  readonly z: number;
}
