import fc from 'fast-check';
import { Random } from '../../src/phantom/random';

const draw = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());

describe('Random', () => {
  it('gives the same stream for the same keys and another one for any other keys', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        const first = draw(new Random(a, 'x', b), 5);
        expect(draw(new Random(a, 'x', b), 5)).toEqual(first);
        expect(draw(new Random(a, 'y', b), 5)).not.toEqual(first);
        expect(draw(new Random(a, 'x', b + 1), 5)).not.toEqual(first);
      }),
    );
  });

  it('gives the numbers it always gave, so that published seeds keep their meaning', () => {
    expect(draw(new Random(1, 'golden'), 3)).toMatchInlineSnapshot(`
[
  0.6967197314370424,
  0.05556522822007537,
  0.01658021961338818,
]
`);
  });

  it('is uniform in [0, 1) and normal with the mean and deviation asked for', () => {
    const random = new Random(7);
    const uniform = draw(random, 20_000);
    expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...uniform)).toBeLessThan(1);
    expect(uniform.reduce((a, b) => a + b) / uniform.length).toBeCloseTo(0.5, 1);
    const normal = Array.from({ length: 20_000 }, () => random.normal(10, 3));
    const mean = normal.reduce((a, b) => a + b) / normal.length;
    const sd = Math.sqrt(normal.reduce((sum, v) => sum + (v - mean) ** 2, 0) / normal.length);
    expect(Math.abs(mean - 10)).toBeLessThan(0.1);
    expect(Math.abs(sd - 3)).toBeLessThan(0.1);
  });

  it('chooses items in proportion to their weights, and never one of weight 0', () => {
    const random = new Random(8);
    const counts = new Map<string, number>();
    for (let k = 0; k < 6000; k++) {
      const item = random.weighted(['a', 'b', 'c'], (name) => ({ a: 1, b: 2, c: 0 })[name] ?? 0);
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    expect(counts.get('c')).toBeUndefined();
    expect((counts.get('b') ?? 0) / (counts.get('a') ?? 1)).toBeCloseTo(2, 0);
    expect(() => random.weighted([], () => 1)).toThrow('at least one item');
  });
});
