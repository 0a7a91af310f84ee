import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { agreementOf, alignClusters, contingencyTable, minimumCostAssignment } from '../../src/categorization';

/** As written by test/fixtures/agreement/make.py. */
interface GoldenCase {
  table: number[][];
  nmi: number;
  adjustedRandIndex: number;
  purity: number;
  reversePurity: number;
  floorPurity: number;
  matched: number;
}
const golden: GoldenCase[] = JSON.parse(
  readFileSync(join(__dirname, '../fixtures/agreement/cases.json'), 'utf8'),
).cases;

const totalOf = (table: number[][]): number => table.flat().reduce((total, count) => total + count, 0);
const matchedBy = (table: number[][], columnOf: number[]): number =>
  table.reduce((total, row, i) => total + (row[columnOf[i] ?? -1] ?? 0), 0);

const labels = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, columns]) =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: rows - 1 }), fc.integer({ min: 0, max: columns - 1 })), {
      minLength: 1,
      maxLength: 60,
    })
    .map((pairs) =>
      contingencyTable(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
        rows,
        columns,
      ),
    ),
);

describe('the agreement of two partitions', () => {
  it('equals scikit-learn on tables with empty rows, single clusters and large counts', () => {
    expect(golden.length).toBeGreaterThan(60);
    for (const { table, matched: _, ...expected } of golden) {
      const found = agreementOf(table);
      expect(found.lesions).toBe(totalOf(table));
      for (const [figure, value] of Object.entries(expected))
        expect([table, figure, found[figure as keyof typeof found]]).toEqual([
          table,
          figure,
          expect.closeTo(value, 10),
        ]);
    }
  });

  it('is symmetric in NMI and the Rand index, and swaps the purities with the partitions', () => {
    fc.assert(
      fc.property(labels, (table) => {
        const there = agreementOf(table);
        const back = agreementOf(table[0]!.map((_, j) => table.map((row) => row[j]!)));
        expect(back.nmi).toBeCloseTo(there.nmi!, 10);
        expect(back.adjustedRandIndex).toBeCloseTo(there.adjustedRandIndex!, 10);
        expect([back.purity, back.reversePurity]).toEqual([there.reversePurity, there.purity]);
      }),
    );
  });

  it('is whole for a partition and itself under other numbers, and never beyond 0..1', () => {
    fc.assert(
      fc.property(labels, fc.infiniteStream(fc.nat()), (table, numbers) => {
        const { nmi, purity, floorPurity } = agreementOf(table);
        for (const figure of [nmi, purity]) expect(figure! >= 0 && figure! <= 1).toBe(true);
        expect(purity).toBeGreaterThanOrEqual(floorPurity!);
        const sizes = table.map((row) => row.reduce((a, b) => a + b, 0));
        const order = sizes.map((_, i) => ({ i, at: numbers.next().value })).sort((a, b) => a.at - b.at);
        const renamed = sizes.map((size, i) => order.map((one) => (one.i === i ? size : 0)));
        expect(agreementOf(renamed)).toMatchObject({ purity: 1, reversePurity: 1, adjustedRandIndex: 1 });
        expect(agreementOf(renamed).nmi).toBeCloseTo(1, 10);
      }),
    );
  });

  it('has no figures without lesions', () => {
    expect(agreementOf([[0, 0]])).toMatchObject({ lesions: 0, nmi: null, purity: null, floorPurity: null });
    expect(agreementOf([])).toMatchObject({ lesions: 0, adjustedRandIndex: null, reversePurity: null });
  });

  it('refuses labels that are out of range and labelings of different lengths', () => {
    expect(() => contingencyTable([0, 2], [0, 0], 2, 1)).toThrow(/labels in 2 × 1, got 2 and 0/);
    expect(() => contingencyTable([0], [0, 0], 1, 1)).toThrow(/equal length, got 1 and 2/);
  });
});

describe('the alignment of clusters', () => {
  it('matches as many lesions as SciPy does', () => {
    for (const { table, matched } of golden) expect(matchedBy(table, alignClusters(table))).toBe(matched);
  });

  it('gives each row a column of its own, as many as there can be', () => {
    fc.assert(
      fc.property(labels, (table) => {
        const used = alignClusters(table).filter((column) => column >= 0);
        expect(new Set(used).size).toBe(used.length);
        expect(used.length).toBe(Math.min(table.length, table[0]!.length));
      }),
    );
  });

  it('finds the least cost among all orders of small tables', () => {
    const square = fc.integer({ min: 1, max: 5 }).chain((n) =>
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }), {
        minLength: n,
        maxLength: n,
      }),
    );
    fc.assert(
      fc.property(square, (costs) => {
        const cost = (order: number[]): number => order.reduce((total, column, row) => total + costs[row]![column]!, 0);
        expect(cost(minimumCostAssignment(costs))).toBe(Math.min(...ordersOf(costs.length).map(cost)));
      }),
    );
  });

  it('knows renamed clusters again', () => {
    expect(
      alignClusters([
        [1, 0, 40],
        [30, 2, 1],
        [0, 20, 3],
      ]),
    ).toEqual([2, 0, 1]);
  });
});

function ordersOf(n: number): number[][] {
  if (n === 0) return [[]];
  return ordersOf(n - 1).flatMap((order) =>
    Array.from({ length: n }, (_, at) => [...order.slice(0, at), n - 1, ...order.slice(at)]),
  );
}
