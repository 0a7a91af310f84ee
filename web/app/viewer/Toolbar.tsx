import { formatNumber } from '../data/text';
import { TOOLS, type Tool } from './gestures';
import { type KeyContext, keyHint, showWhole, zoomStep } from './keymap';
import { useViewer } from './model';
import { boundWindow, WINDOW_BOUNDS } from './window';

const TOOL_LABELS: Record<Tool, { label: string; key: string }> = {
  WINDOW: { label: 'Window', key: 'a' },
  MOVE: { label: 'Move', key: 'v' },
  MEASURE: { label: 'Measure', key: 'r' },
};

/** Everything that gestures and keys do, as controls. */
export function Toolbar({ context, hasPixels }: { context: KeyContext; hasPixels: boolean }) {
  return (
    <div className="viewer-tools" role="toolbar" aria-label="Viewer">
      {hasPixels && <WindowChoice context={context} />}
      <ToolChoice context={context} hasPixels={hasPixels} />
      <Zoom context={context} />
      <MarksToggle context={context} />
    </div>
  );
}

const CUSTOM = 'custom';

function WindowChoice({ context }: { context: KeyContext }) {
  const { model, ownWindow, presets } = context;
  const window = useViewer(model, (state) => state.window);
  const named = [ownWindow, ...presets];
  const chosen = named.findIndex(({ center, width }) => center === window.center && width === window.width);
  return (
    <div className="viewer-group">
      <label>
        <span className="visually-hidden">Window</span>
        <select
          value={chosen === -1 ? CUSTOM : String(chosen)}
          onChange={(event) => {
            const choice = named[Number(event.target.value)];
            if (choice) model.change({ window: { center: choice.center, width: choice.width } });
          }}
        >
          {named.map(({ label }, index) => (
            <option key={label} value={String(index)}>
              {label}
              {keyHint(context, index === 0 ? 'w' : String(index))}
            </option>
          ))}
          <option value={CUSTOM} disabled>
            Own window
          </option>
        </select>
      </label>
      <WindowNumber
        label="W"
        title="Window width in HU"
        value={window.width}
        bounds={WINDOW_BOUNDS.width}
        onChange={(width) => model.change({ window: boundWindow({ ...model.state.window, width }) })}
      />
      <WindowNumber
        label="L"
        title="Window centre (level) in HU"
        value={window.center}
        bounds={WINDOW_BOUNDS.center}
        onChange={(center) => model.change({ window: boundWindow({ ...model.state.window, center }) })}
      />
    </div>
  );
}

function WindowNumber({
  label,
  title,
  value,
  bounds,
  onChange,
}: {
  label: string;
  title: string;
  value: number;
  bounds: { low: number; high: number };
  onChange: (value: number) => void;
}) {
  return (
    <label className="viewer-number" title={title}>
      <span aria-hidden="true" className="muted">
        {label}
      </span>
      <input
        type="number"
        aria-label={title}
        min={bounds.low}
        max={bounds.high}
        value={value}
        onChange={(event) => {
          const number = event.target.valueAsNumber;
          if (Number.isFinite(number)) onChange(number);
        }}
      />
    </label>
  );
}

function ToolChoice({ context, hasPixels }: { context: KeyContext; hasPixels: boolean }) {
  const { model } = context;
  const tool = useViewer(model, (state) => state.tool);
  const shown: readonly Tool[] = hasPixels ? TOOLS : TOOLS.filter((one) => one !== 'WINDOW');
  const pressed = shown.includes(tool) ? tool : 'MOVE';
  return (
    <fieldset className="viewer-group viewer-segments">
      <legend className="visually-hidden">What dragging does</legend>
      {shown.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === pressed}
          title={`${TOOL_LABELS[one].label}${keyHint(context, TOOL_LABELS[one].key)}`}
          onClick={() => model.change({ tool: one })}
        >
          {TOOL_LABELS[one].label}
        </button>
      ))}
    </fieldset>
  );
}

function Zoom({ context }: { context: KeyContext }) {
  const zoom = useViewer(context.model, (state) => state.view.zoom);
  return (
    <div className="viewer-group viewer-segments">
      <button type="button" aria-label="Zoom out" title="Zoom out (−)" onClick={() => zoomStep(context, -1)}>
        −
      </button>
      <button
        type="button"
        className="viewer-zoom"
        aria-label={`Zoom ${formatNumber(zoom)}; show the whole slice`}
        title="Show the whole slice (0)"
        onClick={() => showWhole(context)}
      >
        {formatNumber(zoom)} ×
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in (+)" onClick={() => zoomStep(context, 1)}>
        +
      </button>
    </div>
  );
}

function MarksToggle({ context }: { context: KeyContext }) {
  const { model } = context;
  const shown = useViewer(model, (state) => state.showMarks);
  return (
    <button
      type="button"
      aria-pressed={shown}
      title={`Show or hide the marks${keyHint(context, 'm')}`}
      onClick={() => model.change({ showMarks: !shown })}
    >
      Marks
    </button>
  );
}
