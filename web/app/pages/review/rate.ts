const RATE_WINDOW_MS = 5 * 60_000;
/** Fewer verdicts than this say nothing of a rate. */
const RATE_FROM = 3;

/**
 * Verdicts a minute, over the last five minutes or since the first verdict.
 *
 * @param now ms since 1970
 * @returns null while too few were given
 */
export function ratePerMinute(times: readonly number[], now: number): number | null {
  const recent = times.filter((time) => now - time <= RATE_WINDOW_MS);
  const first = recent[0];
  if (first === undefined || recent.length < RATE_FROM || now <= first) return null;
  return (recent.length / (now - first)) * 60_000;
}
