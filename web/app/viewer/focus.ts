import { type Size, viewWithPoint } from './geometry';
import type { Mark } from './marks';
import type { ViewerModel } from './model';

/** Points a mark out, on its slice and within what is seen. */
export function focusMark(
  { model, size }: { readonly model: ViewerModel; readonly size: Size },
  mark: Mark | undefined,
): void {
  if (!mark) {
    model.change({ focus: null });
    return;
  }
  const { x1, y1, x2, y2 } = mark.box;
  const view = viewWithPoint(model.state.view, { x: (x1 + x2) / 2, y: (y1 + y2) / 2 }, size);
  model.change({ focus: mark.id, index: mark.index, view, showMarks: true });
}
