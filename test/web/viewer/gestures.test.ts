import {
  AT_REST,
  dragWindow,
  type Effect,
  type GestureState,
  type PointerInput,
  stepGesture,
  type Tool,
  wheelSlices,
  wheelZoom,
} from '../../../web/app/viewer/gestures';
import { boundWindow } from '../../../web/app/viewer/window';

type Step = Partial<PointerInput> & Pick<PointerInput, 'type' | 'x' | 'y'>;

/** Plays events one after the other. @returns what they want to be done */
function play(tool: Tool, steps: readonly Step[]): Effect[] {
  let state: GestureState = AT_REST;
  return steps.flatMap((step) => {
    const input = { pointerId: 1, button: 0, isFine: false, isMoving: false, ...step };
    const [next, effects] = stepGesture(state, input, tool);
    state = next;
    return effects;
  });
}

const DOWN: Step = { type: 'down', x: 100, y: 100 };

describe('one pointer', () => {
  it('changes the window by all that it moved, from where it went down', () => {
    const effects = play('WINDOW', [
      DOWN,
      { type: 'move', x: 102, y: 100 },
      { type: 'move', x: 110, y: 95 },
      { type: 'move', x: 120, y: 95 },
      { type: 'up', x: 120, y: 95 },
    ]);
    expect(effects).toEqual([
      { type: 'WINDOW', dx: 10, dy: -5, isFine: false },
      { type: 'WINDOW', dx: 10, dy: 0, isFine: false },
    ]);
  });

  it('is a tap if it hardly moves', () => {
    const steps: Step[] = [DOWN, { type: 'move', x: 102, y: 101 }, { type: 'up', x: 102, y: 101 }];
    expect(play('WINDOW', steps)).toEqual([{ type: 'TAP', at: { x: 102, y: 101 } }]);
  });

  it('is no tap if the browser took it away', () => {
    expect(play('WINDOW', [DOWN, { type: 'cancel', x: 100, y: 100 }])).toEqual([]);
  });

  it.each([
    ['the second button', { button: 2 }],
    ['the wheel button', { button: 1 }],
    ['the space bar', { isMoving: true }],
  ])('moves the slice with %s, whatever the tool', (_name, how) => {
    const effects = play('MEASURE', [
      { ...DOWN, ...how },
      { type: 'move', x: 130, y: 90 },
    ]);
    expect(effects).toEqual([{ type: 'MOVE', dx: 30, dy: -10 }]);
  });

  it('measures from where it went down to where it is', () => {
    const effects = play('MEASURE', [DOWN, { type: 'move', x: 110, y: 100 }, { type: 'move', x: 150, y: 120 }]);
    expect(effects.at(-1)).toEqual({ type: 'MEASURE', from: { x: 100, y: 100 }, to: { x: 150, y: 120 } });
  });

  it('does nothing while it only hovers', () => {
    expect(play('WINDOW', [{ type: 'move', x: 5, y: 5 }])).toEqual([]);
  });
});

describe('two fingers', () => {
  const A: Step = { type: 'down', pointerId: 1, x: 100, y: 100 };
  const B: Step = { type: 'down', pointerId: 2, x: 200, y: 100 };

  it('zoom at their middle by the change of their distance', () => {
    const effects = play('WINDOW', [A, B, { type: 'move', pointerId: 2, x: 300, y: 100 }]);
    expect(effects).toEqual([
      { type: 'MOVE', dx: 50, dy: 0 },
      { type: 'ZOOM', at: { x: 200, y: 100 }, factor: 2 },
    ]);
  });

  it('go on as one that moves the slice when the other is lifted, and end without a tap', () => {
    const effects = play('WINDOW', [
      A,
      B,
      { type: 'up', pointerId: 1, x: 100, y: 100 },
      { type: 'move', pointerId: 2, x: 210, y: 100 },
      { type: 'up', pointerId: 2, x: 210, y: 100 },
    ]);
    expect(effects).toEqual([{ type: 'MOVE', dx: 10, dy: 0 }]);
  });

  it('are not disturbed by a third', () => {
    const effects = play('WINDOW', [
      A,
      B,
      { type: 'down', pointerId: 3, x: 0, y: 0 },
      { type: 'move', pointerId: 3, x: 50, y: 50 },
    ]);
    expect(effects).toEqual([]);
  });
});

describe('the window', () => {
  it('grows by 4 HU a pixel to the right, and its centre rises by 2 HU a pixel downwards', () => {
    expect(dragWindow({ center: 50, width: 400 }, 10, 5, false)).toEqual({ center: 60, width: 440 });
  });

  it('changes by 1 HU a pixel with Shift', () => {
    expect(dragWindow({ center: 50, width: 400 }, 10, -5, true)).toEqual({ center: 45, width: 410 });
  });

  it('stays within what a slice can hold, in whole Hounsfield units', () => {
    expect(dragWindow({ center: 0, width: 5 }, -100, 0, false)).toEqual({ center: 0, width: 1 });
    expect(boundWindow({ center: 1e9, width: 1e9 })).toEqual({ center: 32_767, width: 65_535 });
    expect(boundWindow({ center: 1023.5, width: 4095 })).toEqual({ center: 1024, width: 4095 });
  });
});

describe('the wheel', () => {
  const pixels = (deltaY: number) => ({ deltaY, deltaMode: 0 });

  it('shows one slice further for a notch of any size, also in lines', () => {
    expect(wheelSlices(0, pixels(100))).toEqual({ step: 1, carried: 0 });
    expect(wheelSlices(0, pixels(-120))).toEqual({ step: -1, carried: 0 });
    expect(wheelSlices(0, { deltaY: 3, deltaMode: 1 })).toEqual({ step: 1, carried: 0 });
  });

  it('adds the small steps of a touchpad up, and forgets them when the direction changes', () => {
    const first = wheelSlices(0, pixels(40));
    expect(first).toEqual({ step: 0, carried: 40 });
    expect(wheelSlices(first.carried, pixels(40))).toEqual({ step: 1, carried: 0 });
    expect(wheelSlices(first.carried, pixels(-40))).toEqual({ step: 0, carried: -40 });
  });

  it('zooms in upwards and out downwards, by the same factor', () => {
    expect(wheelZoom(pixels(-100)) * wheelZoom(pixels(100))).toBeCloseTo(1, 12);
    expect(wheelZoom(pixels(-100))).toBeGreaterThan(1);
    expect(wheelZoom(pixels(-10_000))).toBe(Math.SQRT2);
  });
});
