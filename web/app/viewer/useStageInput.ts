import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { panBy, type Scene, toSlice, viewWithPoint, zoomBy } from './geometry';
import {
  AT_REST,
  dragWindow,
  type Effect,
  type GestureState,
  type PointerInput,
  stepGesture,
  wheelSlices,
  wheelZoom,
} from './gestures';
import { focusMark, showWhole, stepSlice } from './keymap';
import { type Mark, markAt } from './marks';
import { ViewerModel } from './model';

/** What the input of a stage works on; it may change with every drawing. */
export interface StageContext {
  readonly model: ViewerModel;
  readonly scene: Scene;
  readonly sliceCount: number;
  /** of the slice that is shown */
  readonly marks: readonly Mark[];
  /** whether there are pixels, whose window can be changed */
  readonly hasPixels: boolean;
}

type Handlers = Pick<
  React.HTMLAttributes<HTMLDivElement>,
  | 'onPointerDown'
  | 'onPointerMove'
  | 'onPointerUp'
  | 'onPointerCancel'
  | 'onPointerLeave'
  | 'onDoubleClick'
  | 'onContextMenu'
  | 'onKeyDown'
  | 'onKeyUp'
>;

/** Binds pointers, wheel and the stage's own keys to the model. @returns handlers for the stage's element */
export function useStageInput(stage: RefObject<HTMLDivElement | null>, context: StageContext): Handlers {
  const current = useRef(context);
  current.current = context;
  const gesture = useRef<GestureState>(AT_REST);
  const spaceIsHeld = useRef(false);
  useWheel(stage, current);

  const step = (type: PointerInput['type'], event: PointerEvent<HTMLDivElement>): void => {
    const { model } = current.current;
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const input: PointerInput = {
      type,
      pointerId: event.pointerId,
      x: event.clientX - left,
      y: event.clientY - top,
      button: event.button,
      isFine: event.shiftKey,
      isMoving: spaceIsHeld.current,
    };
    const [next, effects] = stepGesture(gesture.current, input, toolOf(current.current));
    gesture.current = next;
    for (const effect of effects) apply(effect, current.current);
    if (event.pointerType !== 'touch') placeCursor(input, current.current);
    else if (type === 'down') model.change({ cursor: toSlice(input, model.state.view, current.current.scene) });
  };

  return {
    onPointerDown: (event) => {
      if (gesture.current.pointers.length === 0) ViewerModel.forgetFrames();
      event.currentTarget.setPointerCapture(event.pointerId);
      step('down', event);
    },
    onPointerMove: (event) => step('move', event),
    onPointerUp: (event) => step('up', event),
    onPointerCancel: (event) => step('cancel', event),
    onPointerLeave: (event) => {
      if (event.pointerType !== 'touch') current.current.model.change({ cursor: null });
    },
    onDoubleClick: () => showWhole({ model: current.current.model, size: current.current.scene.slice }),
    onContextMenu: (event) => event.preventDefault(),
    onKeyDown: (event) => {
      if (event.key === ' ' && event.target === event.currentTarget) {
        spaceIsHeld.current = true;
        event.preventDefault();
      }
      moveCursor(event, current.current);
    },
    onKeyUp: (event) => {
      if (event.key === ' ') spaceIsHeld.current = false;
    },
  };
}

/** A slice without pixels has no window: dragging moves it. */
const toolOf = ({ model, hasPixels }: StageContext) =>
  model.state.tool === 'WINDOW' && !hasPixels ? 'MOVE' : model.state.tool;

function placeCursor(at: { x: number; y: number }, { model, scene }: StageContext): void {
  model.change({ cursor: toSlice(at, model.state.view, scene), cursorIsDrawn: false });
}

function apply(effect: Effect, { model, scene, marks }: StageContext): void {
  const { window, view, tool } = model.state;
  switch (effect.type) {
    case 'WINDOW':
      model.change({ window: dragWindow(window, effect.dx, effect.dy, effect.isFine) });
      break;
    case 'MOVE':
      model.change({ view: panBy(view, effect.dx, effect.dy, scene) });
      break;
    case 'ZOOM':
      model.change({ view: zoomBy(view, effect.factor, scene, effect.at) });
      break;
    case 'MEASURE':
      model.change({ measure: { start: toSlice(effect.from, view, scene), end: toSlice(effect.to, view, scene) } });
      break;
    case 'TAP':
      if (tool === 'MEASURE') model.change({ measure: null });
      focusMark({ model, size: scene.slice }, markAt(marks, toSlice(effect.at, view, scene)));
      break;
  }
}

const ARROWS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** Shift and an arrow move the cross by a pixel, and the slice with it at the edge of what is seen. */
function moveCursor(event: KeyboardEvent, { model, scene: { slice } }: StageContext): void {
  const arrow = ARROWS[event.key];
  if (!arrow || !event.shiftKey) return;
  event.preventDefault();
  const { cursor, view } = model.state;
  const from = cursor ?? { x: Math.floor(view.x), y: Math.floor(view.y) };
  // In the middle of a pixel.
  const to = {
    x: Math.min(slice.width - 1, Math.max(0, Math.floor(from.x) + arrow.x)) + 0.5,
    y: Math.min(slice.height - 1, Math.max(0, Math.floor(from.y) + arrow.y)) + 0.5,
  };
  model.change({ cursor: to, cursorIsDrawn: true, view: viewWithPoint(view, to, slice) });
}

/** React's own wheel events are passive: the page would scroll as well. */
function useWheel(stage: RefObject<HTMLDivElement | null>, current: RefObject<StageContext>): void {
  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    let carried = 0;
    const onWheel = (event: WheelEvent): void => {
      const { sliceCount } = current.current;
      // Where there is but one slice, the wheel scrolls the page.
      if (!event.ctrlKey && sliceCount < 2) return;
      event.preventDefault();
      if (event.ctrlKey) zoomByWheel(event, element, current.current);
      else carried = sliceByWheel(event, carried, current.current);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [stage, current]);
}

function zoomByWheel(event: WheelEvent, stage: Element, { model, scene }: StageContext): void {
  const { left, top } = stage.getBoundingClientRect();
  const at = { x: event.clientX - left, y: event.clientY - top };
  model.change({ view: zoomBy(model.state.view, wheelZoom(event), scene, at) });
}

/** @returns what is left over for the next event */
function sliceByWheel(event: WheelEvent, before: number, context: StageContext): number {
  const { step, carried } = wheelSlices(before, event);
  if (step !== 0) stepSlice(context, step);
  return carried;
}
