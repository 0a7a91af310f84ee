/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly budget: number;
  /** null: it was not measured, because the real data are missing */
  readonly value: number | null;
  /** GraphiQL's, where it does the same */
  readonly base?: number;
}

export const ROUNDS = 5;

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

export async function medianOf(measure: (round: number) => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await measure(round));
  return median(values);
}
