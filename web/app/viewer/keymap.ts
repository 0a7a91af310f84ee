import type { KeyAction } from '../parts/keys';
import { focusMark } from './focus';
import { boundView, viewOfBox, zoomBy } from './geometry';
import type { Mark } from './marks';
import { nextMark } from './marks';
import type { ViewerModel } from './model';
import type { WindowLevel } from './painter';

/** What the keys of a viewer do. */
type Command =
  | 'PREVIOUS_SLICE'
  | 'NEXT_SLICE'
  | 'HOME_SLICE'
  | 'OWN_WINDOW'
  | 'ZOOM_IN'
  | 'ZOOM_OUT'
  | 'FIT'
  | 'MARKS'
  | 'NEXT_MARK'
  | 'PREVIOUS_MARK'
  | 'ZOOM_TO_MARK'
  | 'TOOL_WINDOW'
  | 'TOOL_MOVE'
  | 'TOOL_MEASURE'
  | 'MEASURE_FROM_CURSOR';

/** One table, in which a key can be changed. Windows have the digits. */
const KEYMAP: readonly { readonly keys: string; readonly command: Command; readonly label: string }[] = [
  { keys: 'ArrowUp', command: 'PREVIOUS_SLICE', label: 'Slice above, towards the head' },
  { keys: 'ArrowDown', command: 'NEXT_SLICE', label: 'Slice below, towards the feet' },
  { keys: 'k', command: 'HOME_SLICE', label: 'Back to the key slice' },
  { keys: 'w', command: 'OWN_WINDOW', label: 'Window of the image' },
  { keys: '+', command: 'ZOOM_IN', label: 'Zoom in' },
  { keys: '-', command: 'ZOOM_OUT', label: 'Zoom out' },
  { keys: '0', command: 'FIT', label: 'Show the whole slice' },
  { keys: 'm', command: 'MARKS', label: 'Show or hide the marks' },
  { keys: 'n', command: 'NEXT_MARK', label: 'Next mark' },
  { keys: 'p', command: 'PREVIOUS_MARK', label: 'Previous mark' },
  { keys: 'f', command: 'ZOOM_TO_MARK', label: 'Zoom to the mark' },
  { keys: 'a', command: 'TOOL_WINDOW', label: 'Dragging changes the window' },
  { keys: 'v', command: 'TOOL_MOVE', label: 'Dragging moves the slice' },
  { keys: 'r', command: 'TOOL_MEASURE', label: 'Dragging measures in mm' },
  { keys: 'x', command: 'MEASURE_FROM_CURSOR', label: 'Measure from the cross to the cross (Shift + arrows move it)' },
];

/** A window that has a name. */
export interface NamedWindow extends WindowLevel {
  readonly label: string;
}

/** What the keys work on. */
export interface KeyContext {
  readonly model: ViewerModel;
  readonly sliceCount: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly homeIndex: number;
  readonly ownWindow: NamedWindow;
  readonly presets: readonly NamedWindow[];
  /** in the order in which they are gone through */
  readonly marks: readonly Mark[];
  /** keys that the page needs for itself: the viewer leaves them alone and does not name them */
  readonly taken?: ReadonlySet<string>;
}

/** " (w)" after the name of a control; nothing if the page has taken the key. */
export const keyHint = ({ taken }: Pick<KeyContext, 'taken'>, key: string): string =>
  taken?.has(key) ? '' : ` (${key})`;

const ZOOM_STEP = 1.25;

/** Shows another slice, if there is one. */
export function stepSlice({ model, sliceCount }: Pick<KeyContext, 'model' | 'sliceCount'>, step: number): void {
  const index = Math.min(sliceCount - 1, Math.max(0, model.state.index + step));
  if (index !== model.state.index) model.changeAtOnce({ index });
}

/** Zooms at the middle, as keys and buttons do. */
export function zoomStep({ model, size }: Pick<KeyContext, 'model' | 'size'>, direction: 1 | -1): void {
  const scene = { slice: size, stage: size };
  model.change({ view: zoomBy(model.state.view, ZOOM_STEP ** direction, scene) });
}

/** The whole slice again. */
export function showWhole({ model, size }: Pick<KeyContext, 'model' | 'size'>): void {
  model.change({ view: boundView({ zoom: 1, x: 0, y: 0 }, size) });
}

/** The first press sets the start, the next one the end. */
function measureFromCursor({ model }: KeyContext): void {
  const { cursor, measure } = model.state;
  if (!cursor) return;
  const isOpen = measure && measure.start.x === measure.end.x && measure.start.y === measure.end.y;
  model.change({ measure: { start: isOpen ? measure.start : cursor, end: cursor } });
}

const RUN: Record<Command, (context: KeyContext) => void> = {
  PREVIOUS_SLICE: (context) => stepSlice(context, -1),
  NEXT_SLICE: (context) => stepSlice(context, 1),
  HOME_SLICE: ({ model, homeIndex }) => model.change({ index: homeIndex }),
  OWN_WINDOW: ({ model, ownWindow: { center, width } }) => model.change({ window: { center, width } }),
  ZOOM_IN: (context) => zoomStep(context, 1),
  ZOOM_OUT: (context) => zoomStep(context, -1),
  FIT: showWhole,
  MARKS: ({ model }) => model.change({ showMarks: !model.state.showMarks }),
  NEXT_MARK: (context) => focusMark(context, nextMark(context.marks, context.model.state.focus, 1)),
  PREVIOUS_MARK: (context) => focusMark(context, nextMark(context.marks, context.model.state.focus, -1)),
  ZOOM_TO_MARK: ({ model, marks, size }) => {
    const mark = marks.find(({ id }) => id === model.state.focus) ?? marks[0];
    if (mark) model.change({ focus: mark.id, index: mark.index, view: viewOfBox(mark.box, size), showMarks: true });
  },
  TOOL_WINDOW: ({ model }) => model.change({ tool: 'WINDOW' }),
  TOOL_MOVE: ({ model }) => model.change({ tool: 'MOVE' }),
  TOOL_MEASURE: ({ model }) => model.change({ tool: 'MEASURE' }),
  MEASURE_FROM_CURSOR: measureFromCursor,
};

/** The keys of a viewer, for `usePageKeys`: they work wherever the focus is on the page. */
export function viewerKeys(context: KeyContext): KeyAction[] {
  const { model, presets, taken } = context;
  const actions = [
    ...KEYMAP.map(({ keys, command, label }) => ({ keys, label, run: () => RUN[command](context) })),
    // Some keyboards have the plus only with Shift.
    { keys: '=', label: 'Zoom in, without Shift', run: () => RUN.ZOOM_IN(context) },
    ...presets.slice(0, 9).map(({ label, center, width }, index) => ({
      keys: String(index + 1),
      label: `Window: ${label}, ${center} ± ${width / 2} HU`,
      run: () => model.change({ window: { center, width } }),
    })),
  ];
  return actions.filter(({ keys }) => !taken?.has(keys));
}
