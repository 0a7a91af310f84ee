import { type RefObject, useEffect, useMemo } from 'react';
import { usePageKeys } from '../../parts/KeySheet';
import type { KeyAction } from '../../parts/keys';
import type { KeyContext, NamedWindow } from '../../viewer/keymap';
import type { Mark } from '../../viewer/marks';
import { ViewerModel } from '../../viewer/model';
import type { WindowLevel } from '../../viewer/painter';
import { useViewerModel, Viewer } from '../../viewer/Viewer';
import { lesionMarks, toSliceBox } from '../slice/boxes';
import { ownWindow, viewedImage } from '../slice/image';
import type { ReviewItem } from './useSession';
import { keptWindow, nextWindow } from './windows';

const NONE: ReadonlySet<string> = new Set();
/** Digits are verdicts here, and stray ones must not change the window. */
const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** The slice with the box in question, bold, and the annotated lesions. Mount one for each box. */
export function ReviewStage({
  item,
  presets,
  keys,
  kept,
}: {
  item: ReviewItem;
  presets: readonly NamedWindow[];
  /** of the page; they come before those of the viewer */
  keys: readonly KeyAction[];
  /** the window that the reader chose, from one box to the next */
  kept: RefObject<WindowLevel | null>;
}) {
  const { image } = item;
  const viewed = useMemo(() => viewedImage(image), [image]);
  const own = ownWindow(image);
  const marks = useMemo(() => marksOf(item, viewed), [item, viewed]);
  const model = useViewerModel(() => {
    const { center, width } = kept.current ?? own;
    return new ViewerModel({ center, width }, viewed.size, viewed.homeIndex, { focus: item.id });
  });
  const { center, width } = own;
  useEffect(
    () => () => {
      kept.current = keptWindow({ center, width }, model.state.window);
    },
    [model, kept, center, width],
  );
  const turn = (step: 1 | -1): void => {
    const next = nextWindow(own, presets, model.state.window, step);
    model.change({ window: { center: next.center, width: next.width } });
  };
  const own_keys: KeyAction[] = [
    ...keys,
    { keys: 'w', label: 'Next window', run: () => turn(1) },
    { keys: 'W', label: 'Previous window', run: () => turn(-1) },
  ];
  const context: KeyContext = {
    model,
    sliceCount: viewed.slices.length,
    size: viewed.size,
    homeIndex: viewed.homeIndex,
    ownWindow: own,
    presets,
    marks,
    taken: new Set([...DIGITS, ...own_keys.map((action) => action.keys)]),
  };
  usePageKeys(own_keys);
  return (
    <Viewer
      context={context}
      image={viewed}
      panes={[{ marks }]}
      noPixels="The pixels of this slice are not on this server. The boxes are drawn to scale."
    />
  );
}

function marksOf({ id, score, boundingBox, image }: ReviewItem, viewed: ReturnType<typeof viewedImage>): Mark[] {
  const { firstPixel, homeIndex: index } = viewed;
  return [
    ...lesionMarks(image.lesions, NONE, { firstPixel, index }),
    { id, kind: 'BACKGROUND', box: toSliceBox(boundingBox, firstPixel), label: score.toFixed(2), index },
  ];
}
