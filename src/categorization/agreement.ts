/**
 * The agreement of two partitions of the same lesions, computed only from their contingency table. Pure functions.
 *
 * The definitions are those of scikit-learn: `normalized_mutual_info_score` with the arithmetic mean,
 * `adjusted_rand_score`.
 */

/**
 * Row i, column j: lesions that are in cluster i of the one partition and cluster j of the other. Every row is equally
 * long.
 */
export type ContingencyTable = readonly (readonly number[])[];

/** The metrics of one table; null without lesions. */
export interface Agreement {
  /** lesions that both partitions have */
  readonly lesions: number;
  /** normalized mutual information, 0..1, symmetric */
  readonly nmi: number | null;
  /** share of lesions that belong to the most frequent column of their row, 0..1 */
  readonly purity: number | null;
  /** share of lesions that belong to the most frequent row of their column, 0..1 */
  readonly reversePurity: number | null;
  /** the purity that a single row with all lesions would have: the share of the most frequent column */
  readonly floorPurity: number | null;
  /** Rand index adjusted for chance: 1 equal, 0 as by chance, may be negative */
  readonly adjustedRandIndex: number | null;
}

/**
 * Counts the pairs of two labelings of the same lesions.
 *
 * @param first labels in 0..rowCount − 1
 * @param second labels of the same lesions in the same order, in 0..columnCount − 1
 * @throws RangeError if the labelings differ in length or a label is out of range
 */
export function contingencyTable(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  rowCount: number,
  columnCount: number,
): number[][] {
  if (first.length !== second.length)
    throw new RangeError(`Expected two labelings of equal length, got ${first.length} and ${second.length}.`);
  const table = Array.from({ length: rowCount }, () => new Array<number>(columnCount).fill(0));
  for (let i = 0; i < first.length; i++) {
    const row = table[first[i]!];
    const column = second[i]!;
    if (row?.[column] === undefined)
      throw new RangeError(`Expected labels in ${rowCount} × ${columnCount}, got ${first[i]} and ${column}.`);
    row[column]!++;
  }
  return table;
}

/** @returns all metrics of a table */
export function agreementOf(table: ContingencyTable): Agreement {
  const columns = transpose(table);
  return {
    lesions: sum(table.map(sum)),
    nmi: normalizedMutualInformation(table),
    purity: purity(table),
    reversePurity: purity(columns),
    floorPurity: purity([columns.map(sum)]),
    adjustedRandIndex: adjustedRandIndex(table),
  };
}

/**
 * The share of lesions that belong to the most frequent column of their row: with clusters as rows and true types as
 * columns, of those whose type is the commonest of their cluster. It is not symmetric, and is 1 if every lesion is its
 * own cluster.
 *
 * @returns 0..1; null without lesions
 */
function purity(table: ContingencyTable): number | null {
  const total = sum(table.map(sum));
  return total === 0 ? null : sum(table.map((row) => Math.max(0, ...row))) / total;
}

/**
 * Normalized mutual information: I(U; V) over the arithmetic mean of the entropies H(U) and H(V).
 *
 * @returns 0..1; 1 if both partitions are a single cluster, 0 if only one of them is; null without lesions
 */
function normalizedMutualInformation(table: ContingencyTable): number | null {
  const rows = table.map(sum);
  const columns = transpose(table).map(sum);
  const total = sum(rows);
  if (total === 0) return null;
  const entropies = entropy(rows, total) + entropy(columns, total);
  if (entropies === 0) return 1;
  let information = 0;
  for (const [i, row] of table.entries())
    for (const [j, count] of row.entries())
      if (count > 0) information += (count / total) * Math.log((total * count) / (rows[i]! * columns[j]!));
  return Math.min(1, Math.max(0, (2 * information) / entropies));
}

/**
 * The Rand index adjusted for chance (Hubert and Arabie 1985).
 *
 * @returns at most 1; 1 if both partitions are a single cluster or every lesion is one of its own in both; null without
 *   lesions
 */
function adjustedRandIndex(table: ContingencyTable): number | null {
  const rows = table.map(sum);
  const total = sum(rows);
  if (total === 0) return null;
  const together = sum(table.flat().map(pairs));
  const inRows = sum(rows.map(pairs));
  const inColumns = sum(transpose(table).map(sum).map(pairs));
  if (together === inRows && together === inColumns) return 1;
  const byChance = (inRows * inColumns) / pairs(total);
  return (together - byChance) / ((inRows + inColumns) / 2 - byChance);
}

/** @returns the table of the same partitions in the other order */
function transpose(table: ContingencyTable): number[][] {
  return Array.from({ length: table[0]?.length ?? 0 }, (_, j) => table.map((row) => row[j]!));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const pairs = (count: number): number => (count * (count - 1)) / 2;

function entropy(counts: readonly number[], total: number): number {
  return -sum(counts.map((count) => (count === 0 ? 0 : (count / total) * Math.log(count / total))));
}
