/**
 * A selection of lesions in an address: rows of the source file, with neighbours as a range (`3,5..9`). Rows are short,
 * and they are what publications cite lesions by.
 */

/** So many fit into an address of 2,000 characters beside everything else, also when no two are neighbours. */
export const MAX_SELECTED = 200;
const MAX_ROW = 2_147_483_647;

/** @returns distinct rows, ascending, at most `MAX_SELECTED`; what is no row is passed over */
export function rowsOf(text: string | undefined): number[] {
  const rows = new Set<number>();
  for (const part of (text ?? '').split(',')) {
    const match = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(part);
    if (!match) continue;
    const first = Number(match[1]);
    const last = Math.min(Number(match[2] ?? match[1]), MAX_ROW);
    for (let row = first; row <= last && rows.size < MAX_SELECTED; row++) rows.add(row);
  }
  return [...rows].sort((a, b) => a - b);
}

/** @param rows distinct, in any order @returns undefined for none */
export function textOfRows(rows: readonly number[]): string | undefined {
  const sorted = [...rows].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    parts.push(end === start ? `${sorted[start]}` : `${sorted[start]}..${sorted[end]}`);
    start = end + 1;
  }
  return parts.length === 0 ? undefined : parts.join(',');
}

/** The selection with one row put in or taken out; unchanged where it is full. */
export function toggledRow(rows: readonly number[], row: number): readonly number[] {
  if (rows.includes(row)) return rows.filter((one) => one !== row);
  return rows.length >= MAX_SELECTED ? rows : [...rows, row];
}
