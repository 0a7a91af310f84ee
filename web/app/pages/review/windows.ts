import type { NamedWindow } from '../../viewer/keymap';
import type { WindowLevel } from '../../viewer/painter';

const isSame = (a: WindowLevel, b: WindowLevel): boolean => a.center === b.center && a.width === b.width;

/** The window after, or before, the one that is shown, in a circle; the image's own if another one is shown. */
export function nextWindow(
  own: NamedWindow,
  presets: readonly NamedWindow[],
  shown: WindowLevel,
  step: 1 | -1,
): NamedWindow {
  const all = [own, ...presets.filter((preset) => !isSame(preset, own))];
  const now = all.findIndex((one) => isSame(one, shown));
  if (now === -1) return own;
  return all[(now + step + all.length) % all.length] ?? own;
}

/** What the next image is shown with: a window that the reader chose; null: each image's own. */
export const keptWindow = (own: WindowLevel, shown: WindowLevel): WindowLevel | null =>
  isSame(own, shown) ? null : shown;
