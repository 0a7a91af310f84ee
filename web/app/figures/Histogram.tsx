import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef } from 'react';
import { type Bars, type Brush, brushOf, isInside, type Range, rangeOfBrush, textOfRange, wholeBrush } from './bars';
import { useSettled } from './useSettled';
import { useWidth } from './useWidth';
import './histogram.css';

const HEIGHT = 64;
/** Half of a handle: bars begin where the middle of the first handle is. */
export const HISTOGRAM_INSET = 10;
/** A press without a move chooses the bar under it. */
const CLICK_PX = 3;
const SETTLE_MS = 200;

interface HistogramProps {
  /** what is counted, with its unit: "Long diameter, mm" */
  readonly title: string;
  readonly bars: Bars;
  readonly value: Range | undefined;
  /** called when the brush has come to rest; a figure without it has no brush */
  readonly onChange?: (value: Range | undefined) => void;
  readonly format: (value: number) => string;
  /** of values that are whole numbers: 1 */
  readonly step?: number;
  /** what stands below the first and the last bar, in place of their edges */
  readonly ends?: readonly [string, string];
  /** drawn below the bars, over their width in pixels */
  readonly children?: (width: number) => ReactNode;
}

/**
 * Bars with a brush. A pointer draws the brush; its two handles are sliders, for the keyboard, for touch and for screen
 * readers. What is drawn follows at once, `onChange` once it rests.
 */
export function Histogram({ title, bars, value, onChange, format, step = 0, ends, children }: HistogramProps) {
  const [box, width] = useWidth<HTMLDivElement>(240);
  const count = bars.counts.length;
  const [brush, setBrush] = useSettled(brushOf(bars, value, step), SETTLE_MS, (settled) =>
    onChange?.(rangeOfBrush(bars, settled, step)),
  );
  const inner = Math.max(width - 2 * HISTOGRAM_INSET, 1);
  const isWhole = brush.low <= 0 && brush.high >= count;
  const chosen = isWhole
    ? undefined
    : sameBrush(brush, brushOf(bars, value, step))
      ? value
      : rangeOfBrush(bars, brush, step);
  return (
    <fieldset className="histogram">
      <legend>{title}</legend>
      <div ref={box} className="histogram-box">
        <Drawing bars={bars} brush={brush} inner={inner} onBrush={onChange ? setBrush : undefined} title={title} />
        {onChange && <Handles bars={bars} brush={brush} title={title} format={format} step={step} onBrush={setBrush} />}
        {children?.(inner)}
      </div>
      <div className="histogram-ends small">
        <span className="muted">{ends?.[0] ?? endText(bars.edges[0], format)}</span>
        {onChange && (
          <span>
            {chosen ? <strong>{textOfRange(chosen, format)}</strong> : <span className="muted">any</span>}
            {chosen && (
              <button type="button" className="quiet small" onClick={() => onChange(undefined)}>
                Clear<span className="visually-hidden"> {title}</span>
              </button>
            )}
          </span>
        )}
        <span className="muted">{ends?.[1] ?? endText(bars.edges[count], format)}</span>
      </div>
    </fieldset>
  );
}

const sameBrush = (a: Brush, b: Brush): boolean => a.low === b.low && a.high === b.high;

const endText = (edge: number | undefined, format: (value: number) => string): string =>
  edge === undefined ? '' : Number.isFinite(edge) ? format(edge) : 'and more';

function Drawing({
  bars: { counts },
  brush,
  inner,
  onBrush,
  title,
}: {
  bars: Bars;
  brush: Brush;
  inner: number;
  onBrush: ((brush: Brush) => void) | undefined;
  title: string;
}) {
  const start = useRef<number | null>(null);
  const barWidth = inner / counts.length;
  const greatest = Math.max(1, ...counts);
  const placeOf = ({ currentTarget, clientX }: PointerEvent<SVGSVGElement>): number =>
    (clientX - currentTarget.getBoundingClientRect().left - HISTOGRAM_INSET) / barWidth;
  const drag = (event: PointerEvent<SVGSVGElement>): void => {
    if (start.current === null || !onBrush) return;
    const place = placeOf(event);
    const moved = Math.abs(place - start.current) * barWidth > CLICK_PX;
    onBrush(wholeBrush(start.current, moved ? place : start.current, counts.length));
  };
  return (
    <svg
      width={inner + 2 * HISTOGRAM_INSET}
      height={HEIGHT}
      role="img"
      aria-label={`${title}: ${counts.length} bars, the highest with ${greatest} lesions`}
      className={onBrush ? 'histogram-brush' : undefined}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = placeOf(event);
        drag(event);
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        start.current = null;
      }}
      onPointerCancel={() => {
        start.current = null;
      }}
    >
      {counts.map((count, index) => {
        const height = count === 0 ? 0 : Math.max(1, (count / greatest) * (HEIGHT - 2));
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars have no other name
            key={index}
            x={HISTOGRAM_INSET + index * barWidth}
            y={HEIGHT - height}
            width={Math.max(barWidth - 1, 0.5)}
            height={height}
            fill={isInside(brush, index) ? 'var(--series-1)' : 'var(--line-strong)'}
            fillOpacity={isInside(brush, index) ? 1 : 0.45}
          />
        );
      })}
    </svg>
  );
}

function Handles({
  bars,
  brush,
  title,
  format,
  step,
  onBrush,
}: {
  bars: Bars;
  brush: Brush;
  title: string;
  format: (value: number) => string;
  step: number;
  onBrush: (brush: Brush) => void;
}) {
  const id = useId();
  const count = bars.counts.length;
  const range = rangeOfBrush(bars, brush, step);
  const handle = (name: 'low' | 'high', bound: number | undefined, label: string, open: string) => (
    <input
      id={`${id}${name}`}
      type="range"
      aria-label={`${title}, ${label}`}
      aria-valuetext={bound === undefined ? open : format(bound)}
      min={0}
      max={count}
      value={Math.round(brush[name])}
      onKeyDown={keepForSlider}
      onChange={({ target: { value } }) => {
        const place = Number(value);
        onBrush(
          name === 'low'
            ? { low: Math.min(place, Math.ceil(brush.high) - 1), high: brush.high }
            : { low: brush.low, high: Math.max(place, Math.floor(brush.low) + 1) },
        );
      }}
    />
  );
  return (
    <div className="histogram-handles">
      <span
        className="histogram-track"
        style={{
          insetInlineStart: `calc(${HISTOGRAM_INSET}px + (100% - ${2 * HISTOGRAM_INSET}px) * ${brush.low / count})`,
          inlineSize: `calc((100% - ${2 * HISTOGRAM_INSET}px) * ${(brush.high - brush.low) / count})`,
        }}
      />
      {handle('low', range?.gte, 'at least', 'no lower bound')}
      {handle('high', range?.lte, 'at most', 'no upper bound')}
    </div>
  );
}

/** The keys of a slider are its own, also on a page that has other uses for arrows. */
function keepForSlider(event: KeyboardEvent): void {
  if (/^(Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
}
