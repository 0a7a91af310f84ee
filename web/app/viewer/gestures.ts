/**
 * What pointers and the wheel mean, as pure functions: events go in, effects come out. `useStageInput.ts` is what binds
 * them to a browser.
 */
import type { Point } from './geometry';
import type { WindowLevel } from './painter';
import { boundWindow } from './window';

/** What dragging with the first button or one finger does. */
export const TOOLS = ['WINDOW', 'MOVE', 'MEASURE'] as const;
export type Tool = (typeof TOOLS)[number];

/** A pointer event, as far as it matters. */
export interface PointerInput {
  readonly type: 'down' | 'move' | 'up' | 'cancel';
  readonly pointerId: number;
  /** on the stage, CSS pixels */
  readonly x: number;
  readonly y: number;
  /** `PointerEvent.button`: 0 first, 1 wheel, 2 second */
  readonly button: number;
  /** one Hounsfield unit a pixel */
  readonly isFine: boolean;
  /** the space bar is held: moves whatever the tool */
  readonly isMoving: boolean;
}

interface Held extends Point {
  readonly pointerId: number;
}

/** Pointers that are down, and what they do. */
export interface GestureState {
  readonly pointers: readonly Held[];
  readonly mode: 'NONE' | Tool | 'PINCH';
  /** where the first pointer went down */
  readonly from: Point;
  /** whether it has moved so far that it is no tap any more */
  readonly hasMoved: boolean;
}

export const AT_REST: GestureState = { pointers: [], mode: 'NONE', from: { x: 0, y: 0 }, hasMoved: false };

/** What a gesture wants to be done. Lengths are CSS pixels of the stage. */
export type Effect =
  | { readonly type: 'WINDOW'; readonly dx: number; readonly dy: number; readonly isFine: boolean }
  | { readonly type: 'MOVE'; readonly dx: number; readonly dy: number }
  | { readonly type: 'ZOOM'; readonly at: Point; readonly factor: number }
  | { readonly type: 'MEASURE'; readonly from: Point; readonly to: Point }
  | { readonly type: 'TAP'; readonly at: Point };

/** A hand is never quite still. */
const TAP_REACH_PX = 4;

/** @returns the state after an event, and what is to be done */
export function stepGesture(state: GestureState, input: PointerInput, tool: Tool): [GestureState, Effect[]] {
  switch (input.type) {
    case 'down':
      return [pressed(state, input, tool), []];
    case 'move':
      return moved(state, input);
    case 'up':
    case 'cancel':
      return released(state, input);
  }
}

function pressed(state: GestureState, input: PointerInput, tool: Tool): GestureState {
  const { pointerId, x, y, button, isMoving } = input;
  const others = state.pointers.filter((pointer) => pointer.pointerId !== pointerId);
  // A third finger changes nothing.
  if (others.length >= 2) return state;
  const pointers = [...others, { pointerId, x, y }];
  if (pointers.length === 2) return { ...state, pointers, mode: 'PINCH', hasMoved: true };
  return { pointers, mode: button !== 0 || isMoving ? 'MOVE' : tool, from: { x, y }, hasMoved: false };
}

function moved(state: GestureState, input: PointerInput): [GestureState, Effect[]] {
  const { pointerId, x, y } = input;
  const before = state.pointers.find((pointer) => pointer.pointerId === pointerId);
  if (!before) return [state, []];
  const pointers = state.pointers.map((pointer) => (pointer === before ? { pointerId, x, y } : pointer));
  if (state.mode === 'PINCH') return [{ ...state, pointers }, pinchEffects(state.pointers, pointers)];
  const hasMoved = state.hasMoved || Math.hypot(x - state.from.x, y - state.from.y) > TAP_REACH_PX;
  // What was moved before it was known to be a drag is made good with its first effect.
  const last = state.hasMoved ? before : state.from;
  if (!hasMoved) return [state, []];
  const [dx, dy] = [x - last.x, y - last.y];
  return [{ ...state, pointers, hasMoved }, dragEffects(state, input, dx, dy)];
}

function dragEffects({ mode, from }: GestureState, input: PointerInput, dx: number, dy: number): Effect[] {
  switch (mode) {
    case 'WINDOW':
      return [{ type: 'WINDOW', dx, dy, isFine: input.isFine }];
    case 'MOVE':
      return [{ type: 'MOVE', dx, dy }];
    case 'MEASURE':
      return [{ type: 'MEASURE', from, to: { x: input.x, y: input.y } }];
    default:
      return [];
  }
}

function released(state: GestureState, { type, pointerId, x, y }: PointerInput): [GestureState, Effect[]] {
  const pointers = state.pointers.filter((pointer) => pointer.pointerId !== pointerId);
  if (pointers.length === state.pointers.length) return [state, []];
  const [left] = pointers;
  // One finger of a pinch is left: it goes on moving the slice, as in maps.
  if (left) return [{ ...state, pointers, mode: 'MOVE', from: left, hasMoved: true }, []];
  const isTap = type === 'up' && !state.hasMoved;
  return [AT_REST, isTap ? [{ type: 'TAP', at: { x, y } }] : []];
}

/** The slice follows both fingers: it moves with their middle and grows with their distance. */
function pinchEffects(before: readonly Point[], after: readonly Point[]): Effect[] {
  const [a, b] = [spanOf(before), spanOf(after)];
  if (!a || !b) return [];
  return [
    { type: 'MOVE', dx: b.middle.x - a.middle.x, dy: b.middle.y - a.middle.y },
    { type: 'ZOOM', at: b.middle, factor: b.length / Math.max(1, a.length) },
  ];
}

function spanOf([a, b]: readonly Point[]): { middle: Point; length: number } | null {
  if (!a || !b) return null;
  return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, length: Math.hypot(b.x - a.x, b.y - a.y) };
}

const HU_PER_PX = { width: 4, center: 2 };
/** Right is wider, down is a higher centre (darker). */
export function dragWindow({ center, width }: WindowLevel, dx: number, dy: number, isFine: boolean): WindowLevel {
  const unit = isFine ? { width: 1, center: 1 } : HU_PER_PX;
  return boundWindow({ center: center + dy * unit.center, width: width + dx * unit.width });
}

/** A notch of a wheel is 100 to 120 px in most browsers; a touchpad sends many small steps. */
const WHEEL_STEP_PX = 60;
const LINE_PX = 40;
const MAX_ZOOM_STEP_PX = 120;
const ZOOM_PX_PER_DOUBLING = 240;

/** A wheel event, as far as it matters. */
export interface WheelInput {
  readonly deltaY: number;
  /** `WheelEvent.deltaMode`: 0 pixels, 1 lines, 2 pages */
  readonly deltaMode: number;
}

const wheelPx = ({ deltaY, deltaMode }: WheelInput): number => deltaY * (deltaMode === 0 ? 1 : LINE_PX);

/**
 * Slices that the wheel asks for: one a notch, whatever its size.
 *
 * @param carried what earlier events left over
 * @returns −1, 0 or 1, and what is left over
 */
export function wheelSlices(carried: number, wheel: WheelInput): { step: number; carried: number } {
  const px = wheelPx(wheel);
  const sum = Math.sign(px) === Math.sign(carried) ? carried + px : px;
  return Math.abs(sum) < WHEEL_STEP_PX ? { step: 0, carried: sum } : { step: Math.sign(sum), carried: 0 };
}

/** Magnification that the wheel asks for with Ctrl, as touchpads send a pinch. */
export function wheelZoom(wheel: WheelInput): number {
  const px = Math.min(MAX_ZOOM_STEP_PX, Math.max(-MAX_ZOOM_STEP_PX, wheelPx(wheel)));
  return 2 ** (-px / ZOOM_PX_PER_DOUBLING);
}
