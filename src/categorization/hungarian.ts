import type { ContingencyTable } from './agreement';

/**
 * Assigns rows to columns at the least total cost, each row and each column at most once and as many as can be (Kuhn
 * 1955, Munkres 1957; shortest augmenting paths with potentials, cubic time). Exact where the costs are whole numbers.
 *
 * @param costs a row a list, all of the same length, finite
 * @returns the column of each row; −1 for the rows that remain if there are more rows than columns
 */
export function minimumCostAssignment(costs: readonly (readonly number[])[]): number[] {
  const rowCount = costs.length;
  const columnCount = costs[0]?.length ?? 0;
  if (rowCount <= columnCount) return assignRows(costs, columnCount);
  const transposed = Array.from({ length: columnCount }, (_, j) => costs.map((row) => row[j]!));
  const columnOf = new Array<number>(rowCount).fill(-1);
  for (const [column, row] of assignRows(transposed, rowCount).entries()) columnOf[row] = column;
  return columnOf;
}

/**
 * Finds which clusters of two partitions are the same: the matching with the most common lesions. Cluster numbers have
 * no meaning of their own and change from one clustering to the next.
 *
 * @param table rows are the clusters to be renamed, columns those whose names are kept
 * @returns the column of each row; −1 for rows that remain
 */
export function alignClusters(table: ContingencyTable): number[] {
  return minimumCostAssignment(table.map((row) => row.map((count) => -count)));
}

/**
 * For at most as many rows as columns. Index 0 of the columns stands for "not assigned yet"; rows and columns count
 * from 1 within.
 */
function assignRows(costs: readonly (readonly number[])[], columnCount: number): number[] {
  const rowPotential = new Float64Array(costs.length + 1);
  const columnPotential = new Float64Array(columnCount + 1);
  const rowOf = new Int32Array(columnCount + 1);
  for (let row = 1; row <= costs.length; row++) {
    rowOf[0] = row;
    augment(costs, rowPotential, columnPotential, rowOf);
  }
  const columnOf = new Array<number>(costs.length).fill(-1);
  for (let column = 1; column <= columnCount; column++)
    if (rowOf[column]! > 0) columnOf[rowOf[column]! - 1] = column - 1;
  return columnOf;
}

/**
 * Gives the row at `rowOf[0]` a column, and other rows new ones if that is cheaper, along the shortest path to a free
 * column.
 */
function augment(
  costs: readonly (readonly number[])[],
  rowPotential: Float64Array,
  columnPotential: Float64Array,
  rowOf: Int32Array,
): void {
  const slack = new Float64Array(rowOf.length).fill(Number.POSITIVE_INFINITY);
  const cameFrom = new Int32Array(rowOf.length);
  const reached = new Uint8Array(rowOf.length);
  let column = 0;
  while (rowOf[column] !== 0) {
    reached[column] = 1;
    const row = rowOf[column]!;
    let step = Number.POSITIVE_INFINITY;
    let next = 0;
    for (let j = 1; j < rowOf.length; j++) {
      if (reached[j]) continue;
      const reduced = costs[row - 1]![j - 1]! - rowPotential[row]! - columnPotential[j]!;
      if (reduced < slack[j]!) {
        slack[j] = reduced;
        cameFrom[j] = column;
      }
      if (slack[j]! < step) {
        step = slack[j]!;
        next = j;
      }
    }
    for (let j = 0; j < rowOf.length; j++) {
      if (reached[j]) {
        rowPotential[rowOf[j]!]! += step;
        columnPotential[j]! -= step;
      } else slack[j]! -= step;
    }
    column = next;
  }
  for (; column !== 0; column = cameFrom[column]!) rowOf[column] = rowOf[cameFrom[column]!]!;
}
