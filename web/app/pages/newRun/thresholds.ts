/** "0.25, 0.333" → [0.25, 0.333]; words that are no IoU threshold are left out. */
export function thresholdsOf(text: string): number[] {
  const numbers = text.split(/[\s,;]+/).map((word) => (word === '' ? Number.NaN : Number(word)));
  return [...new Set(numbers.filter((number) => number > 0 && number < 1))];
}
