import { GREATEST_HALF_WIDTH, halfWidthAt, LEGS_FROM, outlinePath } from './body';

const HEIGHT = 132;
const PAD = 3;
const LEAST_RADIUS = 2.5;

/** Mean and standard deviation of one coordinate; null where nothing is known. */
interface Coordinate {
  readonly mean: number | null;
  readonly standardDeviation: number | null;
}

/**
 * Where lesions lie in the body: a dot at their mean, an ellipse one standard deviation around it.
 *
 * @param x from the left to the right edge of the body in the image, 0 to 1
 * @param z from head to feet, 0 to 1
 */
export function BodyFront({ x, z, label }: { x: Coordinate; z: Coordinate; label: string }) {
  const width = 2 * (GREATEST_HALF_WIDTH * HEIGHT + PAD);
  const middle = width / 2;
  const along = (value: number): number => PAD + value * (HEIGHT - 2 * PAD);
  const across = (value: number): number => middle + value * (HEIGHT - 2 * PAD);
  const half = halfWidthAt(z.mean ?? 0.5);
  const isKnown = x.mean !== null && z.mean !== null;
  return (
    <svg width={width} height={HEIGHT} role="img" aria-label={label}>
      <path d={outlinePath(along, across, true)} fill="var(--sunken)" stroke="var(--line-strong)" />
      <line x1={middle} x2={middle} y1={along(LEGS_FROM)} y2={along(1)} stroke="var(--line-strong)" />
      {isKnown && (
        <>
          <ellipse
            cx={across(((x.mean ?? 0) - 0.5) * 2 * half)}
            cy={along(z.mean ?? 0)}
            rx={Math.max(LEAST_RADIUS, (x.standardDeviation ?? 0) * 2 * half * HEIGHT)}
            ry={Math.max(LEAST_RADIUS, (z.standardDeviation ?? 0) * HEIGHT)}
            fill="var(--series-1)"
            fillOpacity={0.25}
            stroke="var(--series-1)"
          />
          <circle
            cx={across(((x.mean ?? 0) - 0.5) * 2 * half)}
            cy={along(z.mean ?? 0)}
            r={LEAST_RADIUS}
            fill="var(--series-1)"
          />
        </>
      )}
    </svg>
  );
}
