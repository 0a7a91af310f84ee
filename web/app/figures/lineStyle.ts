/** Colours of lines by their position; a ninth line and more are grey until they have the focus. */
export const SERIES_COLORS = Array.from({ length: 8 }, (_, i) => `var(--series-${i + 1})`);

/** Besides colour: lines are told apart by dashes, in the same order (a solid one first). */
export const SERIES_DASHES = ['', '7 3', '2 3', '10 3 2 3', '4 2', '12 4', '6 2 2 2 2 2', '1 2'] as const;

/** Colour and dash of the line at a position. */
export function lineStyle(index: number): { color: string; dash: string } {
  return {
    color: SERIES_COLORS[index] ?? 'var(--line-strong)',
    dash: SERIES_DASHES[index % SERIES_DASHES.length] ?? '',
  };
}
