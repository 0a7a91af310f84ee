import { GREATEST_HALF_WIDTH, LEGS_FROM, outlinePath } from './body';

/** The body lying on its back as on a localizer, head to the left: what the bars above it stand over. */
export function BodyStrip({
  width,
  inset,
  domain: [first, last],
}: {
  /** of the bars, in pixels */
  width: number;
  inset: number;
  /** positions at the ends of the bars */
  domain: readonly [number, number];
}) {
  const length = width / (last - first);
  const height = Math.ceil(length * 2 * GREATEST_HALF_WIDTH) + 4;
  const middle = height / 2;
  const along = (z: number): number => inset + (z - first) * length;
  return (
    <svg className="body-strip" width={width + 2 * inset} height={height} aria-hidden="true">
      <path
        d={outlinePath(along, (w) => middle + w * length, false)}
        fill="var(--sunken)"
        stroke="var(--line-strong)"
        strokeWidth={1}
      />
      <line x1={along(LEGS_FROM)} x2={along(1)} y1={middle} y2={middle} stroke="var(--line-strong)" />
    </svg>
  );
}
