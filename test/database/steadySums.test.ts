import fc from 'fast-check';
import { deviationSql, meanSql } from '../../src/database';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

interface Sums {
  mean: number | null;
  deviation: number | null;
}
const summed = async (values: readonly number[]): Promise<Sums> => {
  const [row] = await test.database.query<Sums>({
    text: `SELECT ${meanSql('x')} AS mean, ${deviationSql('x')} AS deviation FROM unnest($1::float8[]) AS x`,
    values: [values],
  });
  return row!;
};

describe('means and deviations', () => {
  const millimetres = fc.double({ min: -500, max: 500, noNaN: true });

  it('are the same to the last bit in whatever order the rows come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(millimetres, { minLength: 2, maxLength: 60 }), async (values) => {
        expect(await summed([...values].sort((one, other) => one - other))).toEqual(await summed(values));
      }),
      { numRuns: 50 },
    );
  });

  it('are those of the values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(millimetres, { minLength: 2, maxLength: 60 }), async (values) => {
        const { mean, deviation } = await summed(values);
        const expected = values.reduce((sum, value) => sum + value, 0) / values.length;
        const squares = values.reduce((sum, value) => sum + (value - expected) ** 2, 0);
        expect(mean).toBeCloseTo(expected, 10);
        expect(deviation).toBeCloseTo(Math.sqrt(squares / (values.length - 1)), 6);
      }),
      { numRuns: 50 },
    );
  });

  it('are there for values that no lesion has, and absent without values', async () => {
    expect(await summed([1e100, 3e100])).toEqual({ mean: 2e100, deviation: expect.any(Number) });
    expect(await summed([7])).toEqual({ mean: 7, deviation: null });
    expect(await summed([])).toEqual({ mean: null, deviation: null });
  });
});
