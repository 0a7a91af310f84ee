import { Wide } from '../parts/Wide';
import { type Axis, type CurveLine, pointAt, readOff } from './curve';
import { lineStyle } from './lineStyle';

/**
 * The values of all lines at one x as text: the legend of the figure as well. A row that is pointed at or focused
 * brings its line forward.
 */
export function Readout({
  title,
  lines,
  y,
  at,
  focusId,
  onFocus,
}: {
  title: string;
  lines: readonly CurveLine[];
  y: Axis;
  at: number | undefined;
  focusId: string | null;
  onFocus: (id: string | null) => void;
}) {
  return (
    <Wide label={title}>
      <table className="readout" aria-live="polite">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col" className="number">
              {y.label}
            </th>
            <th scope="col" className="number">
              95 % interval
            </th>
            <th scope="col" className="number">
              Counts
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => {
            const point = at === undefined ? undefined : pointAt(line.points, at);
            const hasBand = point?.low != null && point.high != null;
            return (
              <tr
                key={line.id}
                data-focused={line.id === focusId}
                onPointerEnter={() => onFocus(line.id)}
                onPointerLeave={() => onFocus(null)}
              >
                <th scope="row">
                  <button
                    type="button"
                    className="legend"
                    onFocus={() => onFocus(line.id)}
                    onBlur={() => onFocus(null)}
                  >
                    <LineSample line={line} />
                    <bdi>{line.name}</bdi>
                  </button>
                </th>
                <td className="number">{point === undefined || point.y === null ? '–' : readOff(y, point.y)}</td>
                <td className="number muted">
                  {hasBand ? `${readOff(y, point.low ?? 0)} to ${readOff(y, point.high ?? 0)}` : '–'}
                </td>
                <td className="number muted">{point?.detail ?? ''}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}

function LineSample({ line: { styleIndex, isReference } }: { line: CurveLine }) {
  const { color, dash } = lineStyle(styleIndex);
  return (
    <svg width="28" height="10" aria-hidden="true">
      {isReference ? (
        <path d="M9,5h10m-5,-5v10" stroke="var(--ink)" strokeWidth="1.5" />
      ) : (
        <line x1="0" x2="28" y1="5" y2="5" stroke={color} strokeWidth="2.5" strokeDasharray={dash} />
      )}
    </svg>
  );
}
