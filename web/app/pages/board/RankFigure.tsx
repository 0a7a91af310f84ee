import type { RefObject } from 'react';
import { formatNumber } from '../../data/text';
import { linearScale } from '../../figures/scale';
import { useWidth } from '../../figures/useWidth';
import { type Entry, valueText } from '../board';

const ROW = 34;
const TOP = 26;
const NAME_WIDTH = 190;
const NARROW = 520;

/** The interval of the rank of each entry as a bar over the ranks, groups one below the other. */
export function RankFigure({
  entries,
  figure,
}: {
  entries: readonly Entry[];
  figure: RefObject<SVGSVGElement | null>;
}) {
  const [box, width] = useWidth<HTMLDivElement>();
  const left = width < NARROW ? 12 : NAME_WIDTH;
  const row = width < NARROW ? ROW + 14 : ROW;
  const height = TOP + row * entries.length + 8;
  const count = entries.length;
  const x = linearScale([1, Math.max(2, count)], [left + 14, width - 18]);
  const ticks = Array.from({ length: Math.max(2, count) }, (_, at) => at + 1).filter(
    (rank) => count <= 12 || rank % 5 === 0 || rank === 1,
  );
  return (
    <figure className="card board-figure">
      <div ref={box}>
        <svg ref={figure} width={width} height={height} role="img" aria-label="Ranks with their 95 % intervals">
          {ticks.map((rank) => (
            <g key={rank}>
              <line x1={x(rank)} x2={x(rank)} y1={TOP - 6} y2={height - 8} stroke="var(--line)" />
              <text x={x(rank)} y={14} textAnchor="middle" fill="var(--muted)" fontSize="12" fontFamily="var(--font)">
                {rank}
              </text>
            </g>
          ))}
          {entries.map((entry, at) => (
            <Row
              key={entry.run.id}
              entry={entry}
              x={x}
              y={TOP + row * at}
              row={row}
              left={left}
              isShaded={(entry.group ?? 0) % 2 === 1}
              width={width}
            />
          ))}
        </svg>
      </div>
      <figcaption className="small muted">
        A bar is the 95 % interval of a rank, a dot the rank itself; detectors on the same shade cannot be told apart.
      </figcaption>
    </figure>
  );
}

function Row({
  entry,
  x,
  y,
  row,
  left,
  width,
  isShaded,
}: {
  entry: Entry;
  x: (rank: number) => number;
  y: number;
  row: number;
  left: number;
  width: number;
  isShaded: boolean;
}) {
  const { rank, rankLow, rankHigh, detector } = entry;
  if (rank === null || rankLow === null || rankHigh === null) return null;
  const isNarrow = left < NAME_WIDTH;
  const middle = isNarrow ? y + row - 14 : y + row / 2;
  const name = `${detector.name} ${detector.version}`;
  const label = isNarrow ? `${name} · ${formatNumber((entry.value ?? 0) * 100, 1)} %` : name;
  return (
    <g>
      <title>{`${name}: rank ${rank} (${rankLow} to ${rankHigh}), ${valueText(entry)}`}</title>
      <rect x={0} y={y} width={width} height={row} fill={isShaded ? 'var(--sunken)' : 'none'} />
      <text x={12} y={isNarrow ? y + 17 : middle + 4} fill="var(--ink)" fontSize="13" fontFamily="var(--font)">
        {label.length > 26 && !isNarrow ? `${label.slice(0, 25)}…` : label}
      </text>
      <line
        x1={x(rankLow)}
        x2={x(rankHigh)}
        y1={middle}
        y2={middle}
        stroke="var(--series-1)"
        strokeWidth={8}
        strokeLinecap="round"
        opacity={0.45}
      />
      <circle cx={x(rank)} cy={middle} r={5} fill="var(--series-1)" />
    </g>
  );
}
