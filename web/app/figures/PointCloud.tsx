import { type KeyboardEvent, type PointerEvent, type RefObject, useMemo } from 'react';
import { type Cloud, cloudScale, dotsOf, isDirection, nearestPoint, nextPoint } from './cloud';
import { useWidth } from './useWidth';

const MARGIN = 16;
const LABEL_PX = 20;
/** How far beside a point a finger may be. */
const REACH_PX = 16;

/**
 * Points of a plane in the colours of their groups. A pointer takes the nearest one; arrows go from point to point,
 * Enter opens the one that was reached.
 */
export function PointCloud({
  label,
  cloud,
  groups,
  colorOf,
  focusGroup,
  at,
  onAt,
  onOpen,
  xLabel,
  yLabel,
  svg,
}: {
  label: string;
  cloud: Cloud;
  groups: readonly number[];
  colorOf: (group: number) => string;
  /** the others are grey */
  focusGroup: number | null;
  /** index of the point that is looked at */
  at: number | null;
  onAt: (index: number) => void;
  onOpen: (index: number) => void;
  xLabel: string;
  yLabel: string;
  svg?: RefObject<SVGSVGElement | null>;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const height = Math.round(Math.min(480, Math.max(280, width * 0.65)));
  const scale = useMemo(() => cloudScale(cloud, width, height - LABEL_PX, MARGIN), [cloud, width, height]);
  const paths = useMemo(
    () => groups.map((group) => ({ group, d: dotsOf(cloud, scale, group) })),
    [cloud, groups, scale],
  );
  const take = ({ currentTarget, clientX, clientY }: PointerEvent<SVGSVGElement>): void => {
    const { left, top } = currentTarget.getBoundingClientRect();
    const index = nearestPoint(cloud, scale, clientX - left, clientY - top, REACH_PX);
    if (index !== null && index !== at) onAt(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isDirection(event.key)) {
      event.preventDefault();
      onAt(at === null ? 0 : nextPoint(cloud, at, event.key));
    } else if (event.key === 'Enter' && at !== null) onOpen(at);
  };
  const dots = cloud.groups.length > 1000 ? 4 : 6;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go from point to point in it
    <div ref={box} className="point-cloud" role="application" aria-label={label} tabIndex={0} onKeyDown={onKeyDown}>
      <svg
        ref={svg}
        width={width}
        height={height}
        aria-hidden="true"
        fontSize="12"
        fontFamily="var(--font)"
        style={{ touchAction: 'pan-y' }}
        onPointerMove={take}
        onPointerDown={take}
      >
        {paths.map(({ group, d }) => (
          <path
            key={group}
            d={d}
            stroke={focusGroup === null || focusGroup === group ? colorOf(group) : 'var(--line-strong)'}
            strokeOpacity={focusGroup === null || focusGroup === group ? 0.75 : 0.25}
            strokeWidth={dots}
            strokeLinecap="round"
          />
        ))}
        {at !== null && (
          <circle
            cx={scale.x(cloud.x[at] ?? 0)}
            cy={scale.y(cloud.y[at] ?? 0)}
            r={8}
            fill="none"
            stroke="var(--ink)"
            strokeWidth={2}
            data-only="screen"
          />
        )}
        <text x={width / 2} y={height - 5} textAnchor="middle" fill="var(--muted)">
          {xLabel}
        </text>
        <text
          transform={`translate(13 ${(height - LABEL_PX) / 2}) rotate(-90)`}
          textAnchor="middle"
          fill="var(--muted)"
        >
          {yLabel}
        </text>
      </svg>
    </div>
  );
}
