const WIDTH = 200;
const HEIGHT = 14;

/** The middle half of a distribution on a scale that several share: a bar from p25 to p75 with a line at the median. */
export function RangeBar({
  p25,
  p50,
  p75,
  max,
  label,
}: {
  p25: number;
  p50: number;
  p75: number;
  /** end of the scale, which begins at 0 */
  max: number;
  label: string;
}) {
  const x = (value: number): number => (Math.min(value, max) / max) * (WIDTH - 2) + 1;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="range-bar"
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <rect x={0} y={6} width={WIDTH} height={2} fill="var(--line)" />
      <rect x={x(p25)} y={3} width={Math.max(x(p75) - x(p25), 1)} height={8} fill="var(--series-1)" fillOpacity={0.5} />
      <rect x={x(p50) - 1} y={0} width={2} height={HEIGHT} fill="var(--ink)" />
    </svg>
  );
}
