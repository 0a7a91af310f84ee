import type { KeyContext } from './keymap';
import { stepSlice } from './keymap';
import { useViewer } from './model';
import type { ViewerSlice } from './slices';

/** Where in the series one is, and a way to another slice without a wheel. */
export function SliceBar({ context, slices }: { context: KeyContext; slices: readonly ViewerSlice[] }) {
  const index = useViewer(context.model, (state) => state.index);
  if (slices.length < 2) return null;
  const last = slices.length - 1;
  return (
    <div className="viewer-slices">
      <button
        type="button"
        aria-label="Slice above, towards the head"
        title="Slice above, towards the head (↑)"
        disabled={index === 0}
        onClick={() => stepSlice(context, -1)}
      >
        ↑
      </button>
      <div className="viewer-slider">
        <Weights slices={slices} index={index} />
        <input
          type="range"
          aria-label="Slice"
          aria-valuetext={slices[index]?.text}
          min={0}
          max={last}
          value={index}
          onChange={(event) => context.model.change({ index: event.target.valueAsNumber })}
        />
      </div>
      <button
        type="button"
        aria-label="Slice below, towards the feet"
        title="Slice below, towards the feet (↓)"
        disabled={index === last}
        onClick={() => stepSlice(context, 1)}
      >
        ↓
      </button>
    </div>
  );
}

const HEIGHT = 20;

/** A bar for each slice that has a weight. It stretches with the slider under it. */
function Weights({ slices, index }: { slices: readonly ViewerSlice[]; index: number }) {
  if (slices.every(({ weight }) => weight === undefined)) return null;
  return (
    <svg
      className="viewer-weights"
      viewBox={`0 0 ${slices.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {slices.map(({ name, weight = 0 }, place) => (
        <rect
          key={name}
          x={place + 0.1}
          width={0.8}
          y={HEIGHT - weight * HEIGHT}
          height={weight * HEIGHT}
          data-shown={place === index}
        />
      ))}
    </svg>
  );
}
