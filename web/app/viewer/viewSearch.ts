/** The part of a viewer's state that the address holds, as short parameters. */
import { numberOf, type Search } from '../data/url';
import { boundView, MAX_ZOOM, type Size } from './geometry';
import type { ViewerState } from './model';
import type { WindowLevel } from './painter';
import { boundWindow, WINDOW_BOUNDS } from './window';

/** What a viewer shows if its address says nothing. */
export interface ViewerDefaults {
  readonly window: WindowLevel;
  readonly size: Size;
  /** names of the slices, in the viewer's order */
  readonly sliceNames: readonly string[];
  /** of the slice that is shown first */
  readonly index: number;
}

/** The part of the state that the address holds. */
type Shown = Pick<ViewerState, 'window' | 'view' | 'index' | 'focus'>;

export const VIEW_PARAMETERS = ['w', 'l', 'z', 'x', 'y', 'slice', 'm', 'lesion'] as const;

/** Window width and level in HU, zoom, middle in pixels, slice, mark; what is as by default is left out. */
export function searchOfView({ window, view, index, focus }: Shown, defaults: ViewerDefaults): Search {
  const isOwnWindow = window.center === defaults.window.center && window.width === defaults.window.width;
  const isFitted = view.zoom === 1;
  return {
    w: isOwnWindow ? undefined : String(window.width),
    l: isOwnWindow ? undefined : String(window.center),
    z: isFitted ? undefined : rounded(view.zoom, 2),
    x: isFitted ? undefined : rounded(view.x, 1),
    y: isFitted ? undefined : rounded(view.y, 1),
    slice: index === defaults.index ? undefined : defaults.sliceNames[index],
    m: focus ?? undefined,
    // Other pages link to a lesion by its id; here it is one mark among others.
    lesion: undefined,
  };
}

const rounded = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

/** The opposite of `searchOfView`; whatever the address says, the slice can be seen. */
export function viewOfSearch(search: Search, { window, size, sliceNames, index }: ViewerDefaults): Shown {
  const { width, center } = WINDOW_BOUNDS;
  const named = sliceNames.indexOf(search.slice ?? '');
  return {
    window: boundWindow({
      width: numberOf(search.w, window.width, width.low, width.high),
      center: numberOf(search.l, window.center, center.low, center.high),
    }),
    view: boundView(
      {
        zoom: numberOf(search.z, 1, 1, MAX_ZOOM),
        x: numberOf(search.x, size.width / 2),
        y: numberOf(search.y, size.height / 2),
      },
      size,
    ),
    index: named === -1 ? index : named,
    focus: search.m ?? search.lesion ?? null,
  };
}
