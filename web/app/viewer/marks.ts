import type { Box, Point, Segment } from './geometry';

/** What a mark says. The kinds of boxes are those of an evaluation; DETECTION is a box of which nothing else is known. */
export type MarkKind = 'LESION' | 'MISSED' | 'HIT' | 'DUPLICATE' | 'BACKGROUND' | 'DETECTION';

/** Something that is drawn over a slice. */
export interface Mark {
  readonly id: string;
  readonly kind: MarkKind;
  /** in slice coordinates */
  readonly box: Box;
  /** RECIST diameters, in slice coordinates */
  readonly axes?: readonly Segment[];
  /** a few letters beside the box */
  readonly label: string;
  /** of the slice in the viewer's list */
  readonly index: number;
  /** boxes of a second run have cut corners */
  readonly hasCutCorners?: boolean;
}

/** How a kind looks: the dash or the double line says the same as the colour. */
export interface MarkLook {
  readonly colour: string;
  /** of the SVG attribute `stroke-dasharray` */
  readonly dash?: string;
  readonly isDouble?: boolean;
  readonly meaning: string;
}

export const MARK_LOOKS: Readonly<Record<MarkKind, MarkLook>> = {
  LESION: { colour: 'var(--mark-lesion)', meaning: 'annotated lesion with its RECIST diameters' },
  MISSED: { colour: 'var(--mark-missed)', isDouble: true, meaning: 'annotated lesion that was missed' },
  HIT: { colour: 'var(--mark-hit)', meaning: 'hit' },
  DUPLICATE: { colour: 'var(--mark-duplicate)', dash: '1.5 3.5', meaning: 'duplicate: the lesion has a better box' },
  BACKGROUND: { colour: 'var(--mark-background)', dash: '6 4', meaning: 'background: no lesion is annotated here' },
  DETECTION: { colour: 'var(--mark-hit)', meaning: 'detection' },
};

/** Lesions are named below their box and detections above, so that those of a hit do not overlap. */
export const isLesion = ({ kind }: Pick<Mark, 'kind'>): boolean => kind === 'LESION' || kind === 'MISSED';

const HIT_SLACK = 2;

/** @returns the smallest mark that contains a point, so that one within another can be chosen; undefined beside all */
export function markAt(marks: readonly Mark[], { x, y }: Point): Mark | undefined {
  const areaOf = ({ box }: Mark): number => (box.x2 - box.x1) * (box.y2 - box.y1);
  return marks
    .filter(
      ({ box: { x1, y1, x2, y2 } }) =>
        x >= x1 - HIT_SLACK && x <= x2 + HIT_SLACK && y >= y1 - HIT_SLACK && y <= y2 + HIT_SLACK,
    )
    .sort((a, b) => areaOf(a) - areaOf(b))[0];
}

/** @returns the mark after, or before, the one that is pointed out, in a circle; undefined if there is none */
export function nextMark(marks: readonly Mark[], focus: string | null, step: 1 | -1): Mark | undefined {
  const now = marks.findIndex(({ id }) => id === focus);
  const start = now === -1 && step === -1 ? 0 : now;
  return marks[(start + step + marks.length) % marks.length];
}
