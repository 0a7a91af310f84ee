import { type Mark, markAt, nextMark } from '../../../web/app/viewer/marks';

const mark = (id: string, x1: number, y1: number, x2: number, y2: number): Mark => ({
  id,
  kind: 'HIT',
  box: { x1, y1, x2, y2 },
  label: id,
  index: 0,
});
const OUTER = mark('outer', 0, 0, 100, 100);
const INNER = mark('inner', 40, 40, 60, 60);

describe('a tap', () => {
  it('means the smallest mark under it, so that one within another can be chosen', () => {
    expect(markAt([OUTER, INNER], { x: 50, y: 50 })).toBe(INNER);
    expect(markAt([OUTER, INNER], { x: 10, y: 50 })).toBe(OUTER);
    expect(markAt([OUTER, INNER], { x: 150, y: 50 })).toBeUndefined();
  });
});

describe('the keys of marks', () => {
  it('go through them in a circle, from the first and from the last', () => {
    const marks = [OUTER, INNER];
    expect(nextMark(marks, null, 1)).toBe(OUTER);
    expect(nextMark(marks, null, -1)).toBe(INNER);
    expect(nextMark(marks, 'inner', 1)).toBe(OUTER);
    expect(nextMark([], null, 1)).toBeUndefined();
  });
});
