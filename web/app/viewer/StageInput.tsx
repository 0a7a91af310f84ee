import { type RefObject, useEffect, useRef } from 'react';
import { focusMark } from './focus';
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
import { showWhole, stepSlice } from './keymap';
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

/** Binds pointers, wheel and the stage's own keys to the model. */
export function StageInput({ stage, ...context }: StageContext & { readonly stage: RefObject<HTMLDivElement | null> }) {
  const current = useRef(context);
  current.current = context;
  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const bound = new AbortController();
    bindPointers(element, current, bound.signal);
    bindKeys(element, current, bound.signal);
    bindWheel(element, current, bound.signal);
    return () => bound.abort();
  }, [stage]);
  return null;
}

type Current = { readonly current: StageContext };

/** Whether the space bar is held over a stage: dragging moves then. */
const spaceIsHeld = new WeakSet<Element>();

function bindPointers(stage: HTMLElement, context: Current, signal: AbortSignal): void {
  let gesture: GestureState = AT_REST;
  const step = (type: PointerInput['type'], event: PointerEvent): void => {
    const { model, scene } = context.current;
    const { left, top } = stage.getBoundingClientRect();
    const input: PointerInput = {
      type,
      pointerId: event.pointerId,
      x: event.clientX - left,
      y: event.clientY - top,
      button: event.button,
      isFine: event.shiftKey,
      isMoving: spaceIsHeld.has(stage),
    };
    const [next, effects] = stepGesture(gesture, input, toolOf(context.current));
    gesture = next;
    for (const effect of effects) apply(effect, context.current);
    if (event.pointerType !== 'touch') placeCursor(input, context.current);
    else if (type === 'down') model.change({ cursor: toSlice(input, model.state.view, scene) });
  };
  const down = (event: PointerEvent): void => {
    if (gesture.pointers.length === 0) ViewerModel.forgetFrames();
    stage.setPointerCapture(event.pointerId);
    step('down', event);
  };
  const leave = (event: PointerEvent): void => {
    if (event.pointerType !== 'touch') context.current.model.change({ cursor: null });
  };
  stage.addEventListener('pointerdown', down, { signal });
  stage.addEventListener('pointermove', (event) => step('move', event), { signal });
  stage.addEventListener('pointerup', (event) => step('up', event), { signal });
  stage.addEventListener('pointercancel', (event) => step('cancel', event), { signal });
  stage.addEventListener('pointerleave', leave, { signal });
  stage.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  const whole = (): void => showWhole({ model: context.current.model, size: context.current.scene.slice });
  stage.addEventListener('dblclick', whole, { signal });
}

function bindKeys(stage: HTMLElement, context: Current, signal: AbortSignal): void {
  const press = (event: KeyboardEvent): void => {
    if (event.key === ' ' && event.target === stage) {
      spaceIsHeld.add(stage);
      event.preventDefault();
    }
    moveCursor(event, context.current);
  };
  const release = (event: KeyboardEvent): void => {
    if (event.key === ' ') spaceIsHeld.delete(stage);
  };
  stage.addEventListener('keydown', press, { signal });
  stage.addEventListener('keyup', release, { signal });
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

/** Not passive: the page would scroll as well. */
function bindWheel(stage: HTMLElement, context: Current, signal: AbortSignal): void {
  let carried = 0;
  const turn = (event: WheelEvent): void => {
    // Where there is but one slice, the wheel scrolls the page.
    if (!event.ctrlKey && context.current.sliceCount < 2) return;
    event.preventDefault();
    if (event.ctrlKey) zoomByWheel(event, stage, context.current);
    else carried = sliceByWheel(event, carried, context.current);
  };
  stage.addEventListener('wheel', turn, { passive: false, signal });
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
