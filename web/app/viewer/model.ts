import { useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import type { Point, Segment, Size, View } from './geometry';
import { fitted } from './geometry';
import type { Tool } from './gestures';
import type { WindowLevel } from './painter';

/** What a viewer shows, whatever it shows. */
export interface ViewerState {
  readonly window: WindowLevel;
  readonly view: View;
  /** of the slice, in the viewer's list */
  readonly index: number;
  readonly tool: Tool;
  readonly showMarks: boolean;
  /** of the mark that is pointed out */
  readonly focus: string | null;
  /** in slice coordinates; null: the pointer is elsewhere */
  readonly cursor: Point | null;
  /** whether the cursor was placed by keys, so that it has to be drawn */
  readonly cursorIsDrawn: boolean;
  /** in slice coordinates */
  readonly measure: Segment | null;
}

/** Name of the entries of the browser's timeline: the scripts of one frame, from the change to the drawn canvas. */
const FRAME = 'viewer.frame';

/**
 * The state of one viewer. Events may come faster than frames: a change is known at once, and those who listen are told
 * once a frame. Dragging asks neither the server nor React's tree for anything but the few texts that change.
 */
export class ViewerModel {
  #state: ViewerState;
  #frame = 0;
  /** time of the frame in which a change was drawn at once */
  #lastFrame: CSSNumberish | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(window: WindowLevel, size: Size, index: number, more: Partial<ViewerState> = {}) {
    this.#state = {
      window,
      view: fitted(size),
      index,
      tool: 'WINDOW',
      showMarks: true,
      focus: null,
      cursor: null,
      cursorIsDrawn: false,
      measure: null,
      ...more,
    };
  }

  get state(): ViewerState {
    return this.#state;
  }

  change(changes: Partial<ViewerState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#frame ||= requestAnimationFrame(this.#tell);
  }

  /** The same for a key, which need not wait for the frame: what it changes is drawn at once, but once a frame at most. */
  changeAtOnce(changes: Partial<ViewerState>): void {
    const frame = document.timeline.currentTime;
    if (this.#frame || frame === this.#lastFrame) {
      this.change(changes);
      return;
    }
    this.#lastFrame = frame;
    this.#state = { ...this.#state, ...changes };
    this.#tell();
  }

  /** Forgets the times of earlier frames: the timeline of a page that is open all day must not grow. */
  static forgetFrames(): void {
    performance.clearMeasures(FRAME);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly #tell = (): void => {
    this.#frame = 0;
    const start = performance.now();
    // Synchronously, so that canvas, marks and texts of a frame belong together.
    flushSync(() => {
      for (const listener of [...this.#listeners]) listener();
    });
    performance.measure(FRAME, { start, end: performance.now() });
  };
}

/** A part of the state. @param select returns parts of the state as they are, or plain values */
export function useViewer<Part>(model: ViewerModel, select: (state: ViewerState) => Part): Part {
  return useSyncExternalStore(model.subscribe, () => select(model.state));
}
