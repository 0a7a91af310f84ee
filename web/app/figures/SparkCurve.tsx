import { linearScale } from './scale';

const WIDTH = 96;
const HEIGHT = 28;
const INSET = 2;

/** A curve as large as a word: its shape, and nothing to read off. The label says what it shows. */
export function SparkCurve({ points, label }: { points: readonly { x: number; y: number | null }[]; label: string }) {
  const known = points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
  const xs = known.map(({ x }) => x);
  const x = linearScale([Math.min(...xs), Math.max(...xs)], [INSET, WIDTH - INSET]);
  const y = linearScale([0, 1], [HEIGHT - INSET, INSET]);
  if (known.length < 2) return null;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <line x1={0} x2={WIDTH} y1={HEIGHT - INSET} y2={HEIGHT - INSET} stroke="var(--line)" />
      <polyline
        points={known.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')}
        fill="none"
        stroke="var(--series-1)"
        strokeWidth={1.5}
      />
    </svg>
  );
}
