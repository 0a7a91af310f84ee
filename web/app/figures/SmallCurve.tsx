import { linearScale } from './scale';
import { useWidth } from './useWidth';

const HEIGHT = 120;
const MARGIN = { top: 14, right: 14, bottom: 34, left: 34 };
const Y_TICKS = [-1, -0.5, 0, 0.5, 1];

interface Point {
  readonly x: number;
  readonly y: number | null;
}

/** A curve of a few points with its axes, as small as can be read; all values stand in its label. */
export function SmallCurve({
  title,
  xLabel,
  points,
  marked,
  format,
}: {
  title: string;
  xLabel: string;
  points: readonly Point[];
  /** the x of the point that was chosen */
  marked?: number | null;
  format: (value: number) => string;
}) {
  const [box, width] = useWidth<HTMLDivElement>(260);
  const known = points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]));
  if (known.length === 0) return null;
  const xs = known.map(({ x }) => x);
  const ys = known.map(({ y }) => y);
  const x = linearScale([Math.min(...xs), Math.max(...xs, Math.min(...xs) + 1)], [MARGIN.left, width - MARGIN.right]);
  const lowest = Math.min(0, ...ys);
  const y = linearScale([lowest, Math.max(1, ...ys)], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  return (
    <figure className="small-curve">
      <figcaption>{title}</figcaption>
      <div ref={box}>
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${title} against ${xLabel}: ${known.map((one) => `${one.x}: ${format(one.y)}`).join(', ')}`}
          fontSize="12"
          fill="var(--muted)"
        >
          {Y_TICKS.filter((tick) => tick >= lowest).map((tick) => (
            <g key={tick}>
              <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
              <text x={MARGIN.left - 6} y={y(tick)} dy="0.35em" textAnchor="end">
                {tick}
              </text>
            </g>
          ))}
          <polyline
            points={known.map((point) => `${x(point.x)},${y(point.y)}`).join(' ')}
            fill="none"
            stroke="var(--series-1)"
            strokeWidth={2}
          />
          {known.map((point) => (
            <circle
              key={point.x}
              cx={x(point.x)}
              cy={y(point.y)}
              r={point.x === marked ? 5 : 2.5}
              fill={point.x === marked ? 'var(--series-2)' : 'var(--series-1)'}
              stroke="var(--surface)"
            />
          ))}
          {ticksOf(xs).map((tick) => (
            <text key={tick} x={x(tick)} y={HEIGHT - MARGIN.bottom + 15} textAnchor="middle">
              {tick}
            </text>
          ))}
          <text x={(MARGIN.left + width - MARGIN.right) / 2} y={HEIGHT - 3} textAnchor="middle">
            {xLabel}
          </text>
        </svg>
      </div>
    </figure>
  );
}

/** First, last, and a few between them, where there are more than fit. */
function ticksOf(xs: readonly number[]): number[] {
  const every = Math.ceil(xs.length / 8);
  return xs.filter((_, index) => index % every === 0 || index === xs.length - 1);
}
