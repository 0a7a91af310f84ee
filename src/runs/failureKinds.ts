/**
 * Why images fail, in few words that a monitor can count by: each kind with the pattern that its stored errors match (PostgreSQL's `~`).
 * The first that fits counts.
 */
const PATTERNS = {
  no_pixel_file: '^The data set has no pixel file|^The pixel file of',
  size_differs: 'the data set says [0-9]+ × [0-9]+,|^Slice [0-9]+ of .* series has [0-9]+',
  bad_model_output: '^Expected (boxes|scores) |^Expected at most [0-9]+ boxes|^Box [0-9]+ ',
  timeout: 'took longer than',
  memory: 'of memory and was stopped',
  process_lost: '^The inference process ',
  given_up: '^Given up',
  unreadable_image: 'PNG|is damaged|is truncated|cannot be opened|regular file|is a link|[0-9] pixels|bytes',
} as const;

/** A kind of failure; `other` for what none of them describes. */
export type FailureKind = keyof typeof PATTERNS | 'other';

/** @returns SQL that names the kind of the error in `column` */
export function failureKindSql(column: string): string {
  const cases = Object.entries(PATTERNS).map(([kind, pattern]) => `WHEN ${column} ~ '${pattern}' THEN '${kind}'`);
  return `CASE ${cases.join(' ')} ELSE 'other' END`;
}
