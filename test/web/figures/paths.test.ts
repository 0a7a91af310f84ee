import { bandPath, linePath } from '../../../web/app/figures/paths';

const at = (x: number, y: number) => ({ x, y });

describe('the path of a line', () => {
  it('goes straight from point to point', () => {
    expect(linePath([at(0, 10), at(1.5, 20), at(3, 0)])).toBe('M0,10L1.5,20L3,0');
  });

  it('leaves out what is missing, and begins again after it', () => {
    expect(linePath([null, at(0, 1), at(1, 1), null, null, at(4, 2), at(5, 3)])).toBe('M0,1L1,1M4,2L5,3');
  });

  it('is empty without points', () => {
    expect(linePath([])).toBe('');
    expect(linePath([null])).toBe('');
  });
});

describe('the path of a band', () => {
  it('goes along the lower ends and back along the upper ones, once for each stretch', () => {
    const span = (x: number, low: number, high: number) => ({ x, low, high });
    expect(bandPath([span(0, 9, 1), span(1, 8, 2), null, span(3, 7, 3)])).toBe('M0,9L1,8L1,2L0,1ZM3,7L3,3Z');
  });
});
