import { type PointerEvent, type RefObject, useId, useMemo, useState } from 'react';
import { type Axis, type CurveLine, type CurvePoint, nearestStep, pointAt, stepsOf, thinned } from './curve';
import { lineStyle } from './lineStyle';
import { bandPath, linePath } from './paths';
import { Readout } from './Readout';
import { linearScale, logScale, type Scale } from './scale';
import { useWidth } from './useWidth';
import './figures.css';

const MARGIN = { top: 12, right: 16, bottom: 44, left: 52 };
const NARROW = 480;
const THIN_FROM = 600;
/** With more lines than this, only the band of the one that has the focus is drawn. */
const MAX_BANDS = 3;
/** With more lines than this, all but the one that has the focus are grey. */
const MAX_COLORED = 8;

interface CurveFigureProps {
  /** one sentence: what is plotted against what, and of what */
  readonly title: string;
  readonly lines: readonly CurveLine[];
  readonly x: Axis;
  readonly y: Axis;
  readonly showBands: boolean;
  /** a line at y = 0, for differences */
  readonly showZero?: boolean;
  /** the x that is read off, and how it is changed; the figure keeps it itself if omitted */
  readonly readAt?: number;
  readonly onReadAt?: (x: number) => void;
  readonly svg?: RefObject<SVGSVGElement | null>;
}

/**
 * Curves with their intervals in one plot, drawn by React as SVG. What a pointer reads off, the slider below reads off
 * by keyboard and by touch, and a table says it as text.
 */
export function CurveFigure(props: CurveFigureProps) {
  const { title, lines, x, readAt, onReadAt } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const [focusId, setFocusId] = useState<string | null>(null);
  const steps = useMemo(() => stepsOf(lines), [lines]);
  const [own, setOwn] = useState<number | null>(null);
  const index = nearestStep(steps, readAt ?? own ?? middleOf(steps));
  const at = steps[index];
  const setIndex = (next: number): void => {
    const value = steps[next];
    if (value === undefined) return;
    setOwn(value);
    onReadAt?.(value);
  };
  return (
    <figure className="curve-figure" aria-label={title}>
      <div ref={box} className="curve-box">
        <Plot {...props} width={width} at={at} focusId={focusId} steps={steps} onStep={setIndex} />
      </div>
      {steps.length > 1 && (
        <label className="curve-slider">
          <span>
            Read off at {inSentence(x.label)}: <strong>{at === undefined ? '' : x.format(at)}</strong>
          </span>
          <input
            type="range"
            min={0}
            max={steps.length - 1}
            value={index}
            aria-valuetext={at === undefined ? undefined : `${x.label} ${x.format(at)}`}
            onChange={({ target }) => setIndex(Number(target.value))}
          />
        </label>
      )}
      <Readout {...props} at={at} focusId={focusId} onFocus={setFocusId} />
    </figure>
  );
}

/** "False positives per image" in the middle of a sentence; "IoU threshold" stays as it is. */
const inSentence = (label: string): string =>
  /^[A-Z][a-z]+\b/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;

const middleOf = (steps: readonly number[]): number => steps[steps.length >> 1] ?? 0;

interface PlotProps extends CurveFigureProps {
  readonly width: number;
  readonly at: number | undefined;
  readonly focusId: string | null;
  readonly steps: readonly number[];
  readonly onStep: (index: number) => void;
}

function Plot({ title, lines, x, y, showBands, showZero, svg, width, at, focusId, steps, onStep }: PlotProps) {
  const height = Math.round(Math.min(440, Math.max(260, width * 0.56)));
  const scales = useScales(x, y, width, height);
  const hatch = useId();
  const read = ({ nativeEvent, currentTarget }: PointerEvent<SVGSVGElement>): void => {
    const left = currentTarget.getBoundingClientRect().left;
    onStep(nearestStep(steps, scales.x.invert(nativeEvent.clientX - left)));
  };
  return (
    <svg
      ref={svg}
      width={width}
      height={height}
      role="img"
      aria-label={title}
      onPointerMove={read}
      onPointerDown={read}
      style={{ touchAction: 'pan-y' }}
    >
      <title>{title}</title>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--line-strong)" strokeWidth="1" />
        </pattern>
      </defs>
      <Axes x={x} y={y} scales={scales} width={width} height={height} />
      {showZero && (
        <line x1={MARGIN.left} x2={width - MARGIN.right} y1={scales.y(0)} y2={scales.y(0)} stroke="var(--ink)" />
      )}
      {showBands &&
        bandsOf(lines, focusId).map((shown) => <Band key={shown.id} line={shown} scales={scales} hatch={hatch} />)}
      {lines.map((shown) => (
        <Curve
          key={shown.id}
          line={shown}
          scales={scales}
          isGrey={isGrey(shown, lines, focusId)}
          isFocused={shown.id === focusId}
        />
      ))}
      {at !== undefined && <ReadLine at={at} lines={lines} scales={scales} height={height} />}
    </svg>
  );
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

function useScales(x: Axis, y: Axis, width: number, height: number): Scales {
  return useMemo(() => {
    const range = [MARGIN.left, width - MARGIN.right] as const;
    return {
      x: x.isLog ? logScale(x.domain, range) : linearScale(x.domain, range),
      y: linearScale(y.domain, [height - MARGIN.bottom, MARGIN.top]),
    };
  }, [x, y, width, height]);
}

function Axes({ x, y, scales, width, height }: { x: Axis; y: Axis; scales: Scales; width: number; height: number }) {
  const every = width < NARROW && x.ticks.length > 6 ? 2 : 1;
  const bottom = height - MARGIN.bottom;
  return (
    <g fontSize="12" fill="var(--muted)" fontFamily="var(--font)">
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={MARGIN.left}
            x2={width - MARGIN.right}
            y1={scales.y(tick)}
            y2={scales.y(tick)}
            stroke="var(--line)"
          />
          <text x={MARGIN.left - 8} y={scales.y(tick)} dy="0.35em" textAnchor="end">
            {y.format(tick)}
          </text>
        </g>
      ))}
      {x.ticks
        .filter((_, index) => index % every === 0)
        .map((tick) => (
          <g key={tick}>
            <line x1={scales.x(tick)} x2={scales.x(tick)} y1={bottom} y2={bottom + 5} stroke="var(--line-strong)" />
            <text x={scales.x(tick)} y={bottom + 18} textAnchor="middle">
              {x.format(tick)}
            </text>
          </g>
        ))}
      <text x={(MARGIN.left + width - MARGIN.right) / 2} y={height - 6} textAnchor="middle" fill="var(--ink)">
        {x.label}
      </text>
      <text transform={`translate(14 ${(MARGIN.top + bottom) / 2}) rotate(-90)`} textAnchor="middle" fill="var(--ink)">
        {y.label}
      </text>
    </g>
  );
}

const isKnown = ({ y }: CurvePoint): boolean => y !== null;

function Curve({
  line: { points, styleIndex, isReference },
  scales,
  isGrey,
  isFocused,
}: {
  line: CurveLine;
  scales: Scales;
  isGrey: boolean;
  isFocused: boolean;
}) {
  const { color, dash } = lineStyle(styleIndex);
  const shown = points.length > THIN_FROM ? thinned(points, scales.x) : points;
  if (isReference) {
    return shown
      .filter(isKnown)
      .map((point) => (
        <path
          key={point.x}
          d={`M${scales.x(point.x) - 5},${scales.y(point.y ?? 0)}h10m-5,-5v10`}
          stroke="var(--ink)"
          strokeWidth={1.5}
          fill="none"
        />
      ));
  }
  return (
    <path
      d={linePath(shown.map(({ x, y }) => (y === null ? null : { x: scales.x(x), y: scales.y(y) })))}
      fill="none"
      stroke={isGrey ? 'var(--line-strong)' : color}
      strokeWidth={isFocused ? 3 : 2}
      strokeDasharray={dash}
      strokeOpacity={isGrey ? 0.5 : 1}
      strokeLinejoin="round"
    />
  );
}

function Band({
  line: { points, styleIndex, isSmall },
  scales,
  hatch,
}: {
  line: CurveLine;
  scales: Scales;
  hatch: string;
}) {
  const shown = points.length > THIN_FROM ? thinned(points, scales.x) : points;
  const spans = shown.map(({ x, low, high }) =>
    low == null || high == null ? null : { x: scales.x(x), low: scales.y(low), high: scales.y(high) },
  );
  return (
    <path
      d={bandPath(spans)}
      fill={isSmall ? `url(#${hatch})` : lineStyle(styleIndex).color}
      fillOpacity={isSmall ? 0.5 : 0.16}
    />
  );
}

function bandsOf(lines: readonly CurveLine[], focusId: string | null): readonly CurveLine[] {
  const measured = lines.filter(({ isReference }) => !isReference);
  if (focusId !== null) return measured.filter(({ id }) => id === focusId);
  return measured.length <= MAX_BANDS ? measured : [];
}

const isGrey = ({ id, styleIndex }: CurveLine, lines: readonly CurveLine[], focusId: string | null): boolean =>
  focusId === null ? lines.length > MAX_COLORED && styleIndex >= MAX_COLORED : id !== focusId;

function ReadLine({
  at,
  lines,
  scales,
  height,
}: {
  at: number;
  lines: readonly CurveLine[];
  scales: Scales;
  height: number;
}) {
  return (
    <g pointerEvents="none" data-only="screen">
      <line
        x1={scales.x(at)}
        x2={scales.x(at)}
        y1={MARGIN.top}
        y2={height - MARGIN.bottom}
        stroke="var(--line-strong)"
      />
      {lines.map(({ id, points, styleIndex }) => {
        const point = pointAt(points, at);
        if (point === undefined || point.y === null) return null;
        return (
          <circle
            key={id}
            cx={scales.x(at)}
            cy={scales.y(point.y)}
            r={4}
            fill={lineStyle(styleIndex).color}
            stroke="var(--surface)"
            strokeWidth={1.5}
          />
        );
      })}
    </g>
  );
}
