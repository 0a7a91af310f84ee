import type { Box, Point } from './geometry';

/** A mark whose few letters need a place; lengths are CSS pixels of the stage. */
export interface Labelled {
  readonly box: Box;
  readonly text: string;
  /** lesions are named below their box, so that those of a hit do not overlap */
  readonly isBelow: boolean;
}

const LETTER = { width: 8, ascent: 11, descent: 3 };

/** @returns where each label begins, on its baseline: above, below or beside its box, wherever no earlier one stands */
export function labelPlaces(marks: readonly Labelled[]): Point[] {
  const taken: Box[] = [];
  return marks.map(({ box: { x1, y1, x2, y2 }, text, isBelow }) => {
    const above = { x: x1, y: y1 - 6 };
    const below = { x: x1, y: y2 + 15 };
    const usual = isBelow ? below : above;
    const extent = ({ x, y }: Point): Box => ({
      x1: x,
      y1: y - LETTER.ascent,
      x2: x + text.length * LETTER.width,
      y2: y + LETTER.descent,
    });
    const places = [usual, isBelow ? above : below, { x: x2 + 6, y: (y1 + y2) / 2 + 4 }];
    const free = places.find((place) => !taken.some((other) => overlap(other, extent(place)))) ?? usual;
    taken.push(extent(free));
    return free;
  });
}

const overlap = (a: Box, b: Box): boolean => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
