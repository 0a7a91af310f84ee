import type { RefObject } from 'react';
import { formatNumber, titleOf } from '../../data/text';
import { linearScale, type Scale } from '../../figures/scale';
import { useWidth } from '../../figures/useWidth';
import type { Costs } from './Costs';

const ROW = 30;
const NAMES = 110;
const VALUES = 56;
const BOTTOM = 36;
const TICK_TARGET = 5;

type Cost = Costs['kinds'][number];

/** What mending each kind of error would add to the average precision, with its interval. */
export function CostFigure({
  kinds,
  name,
  figure,
}: {
  kinds: readonly Cost[];
  name: string;
  figure: RefObject<SVGSVGElement | null>;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const ends = kinds.flatMap((kind) => [
    kind.deltaAveragePrecision ?? 0,
    kind.deltaAveragePrecisionInterval?.high ?? 0,
  ]);
  const ticks = ticksOf(Math.max(0.01, ...ends));
  const x = linearScale([0, ticks.at(-1) ?? 1], [NAMES, width - VALUES]);
  const height = ROW * kinds.length + BOTTOM;
  const title = `What mending each kind of error adds to the average precision of ${name}`;
  return (
    <div ref={box} className="cost-figure">
      <svg ref={figure} width={width} height={height} role="img" aria-label={title}>
        <title>{title}</title>
        <g fontSize="12" fontFamily="var(--font)" fill="var(--muted)">
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={0} y2={height - BOTTOM} stroke="var(--line)" />
              <text x={x(tick)} y={height - BOTTOM + 14} textAnchor="middle">
                {formatNumber(100 * tick, tick < 0.01 && tick > 0 ? 1 : 0)}
              </text>
            </g>
          ))}
          <text x={(NAMES + width - VALUES) / 2} y={height - 4} textAnchor="middle" fill="var(--ink)">
            Average precision gained (percentage points, 95 % interval)
          </text>
        </g>
        {kinds.map((kind, at) => (
          <Row key={kind.kind} kind={kind} x={x} y={ROW * at} end={width - 4} />
        ))}
      </svg>
    </div>
  );
}

function Row({ kind, x, y, end }: { kind: Cost; x: Scale; y: number; end: number }) {
  const { deltaAveragePrecision: gained, deltaAveragePrecisionInterval: interval } = kind;
  const middle = y + ROW / 2;
  return (
    <g fontSize="12" fontFamily="var(--font)" fill="var(--ink)">
      <text x={NAMES - 8} y={middle + 4} textAnchor="end">
        {titleOf(kind.kind)}
      </text>
      <rect
        x={x(0)}
        y={y + 7}
        width={x(gained ?? 0) - x(0)}
        height={ROW - 14}
        fill="var(--series-1)"
        fillOpacity={0.5}
      />
      {interval && (
        <path
          d={`M${x(interval.low)} ${middle}H${x(interval.high)}M${x(interval.low)} ${middle - 4}v8M${x(interval.high)} ${middle - 4}v8`}
          stroke="var(--ink)"
          fill="none"
        />
      )}
      <text x={end} y={middle + 4} textAnchor="end">
        {formatNumber(gained === null ? null : 100 * gained)}
      </text>
    </g>
  );
}

const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** @returns round shares from 0 up to the first that is no less than the greatest */
function ticksOf(greatest: number): number[] {
  const step = STEPS.find((one) => greatest / one <= TICK_TARGET) ?? 0.5;
  return Array.from({ length: Math.ceil(greatest / step) + 1 }, (_, at) => at * step);
}
