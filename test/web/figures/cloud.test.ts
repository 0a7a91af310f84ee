import { type Cloud, cloudScale, dotsOf, nearestPoint, nextPoint } from '../../../web/app/figures/cloud';

/** A cross: one point in the middle, one on each side, one far to the right and a little up. */
const cross: Cloud = { x: [0, -1, 1, 0, 0, 4], y: [0, 0, 0, 1, -1, 1], groups: [1, 1, 2, 2, 2, 3] };

describe('a map of points', () => {
  it('has the same unit in both directions, with all points inside', () => {
    const scale = cloudScale(cross, 600, 400, 10);
    expect(scale.x(1) - scale.x(0)).toBeCloseTo(scale.y(0) - scale.y(1));
    expect(scale.x(-1)).toBeCloseTo(10);
    expect(scale.x(4)).toBeCloseTo(590);
    expect(scale.y(1)).toBeGreaterThanOrEqual(10);
    expect(scale.y(-1)).toBeLessThanOrEqual(390);
  });

  it('can be drawn with one point, and with none', () => {
    const one = cloudScale({ x: [3], y: [7], groups: [1] }, 100, 80, 10);
    expect([one.x(3), one.y(7)]).toEqual([50, 40]);
    expect(cloudScale({ x: [], y: [], groups: [] }, 100, 80, 10).x(0)).toBe(50);
  });

  it('draws the points of a group', () => {
    expect(dotsOf(cross, { x: (value) => value, y: (value) => -value }, 2)).toBe('M1.0,0.0h0M0.0,-1.0h0M0.0,1.0h0');
  });

  it('finds the point under a finger, and none far from all', () => {
    const scale = cloudScale(cross, 600, 400, 10);
    expect(nearestPoint(cross, scale, scale.x(1) + 5, scale.y(0) - 5, 16)).toBe(2);
    expect(nearestPoint(cross, scale, scale.x(2.5), scale.y(-1), 16)).toBeNull();
  });

  it('goes to the next point in a direction, and stays where there is none', () => {
    expect(nextPoint(cross, 0, 'ArrowRight')).toBe(2);
    expect(nextPoint(cross, 2, 'ArrowRight')).toBe(5);
    expect(nextPoint(cross, 0, 'ArrowUp')).toBe(3);
    expect(nextPoint(cross, 0, 'ArrowDown')).toBe(4);
    expect(nextPoint(cross, 0, 'ArrowLeft')).toBe(1);
    expect(nextPoint(cross, 1, 'ArrowLeft')).toBe(1);
  });
});
