import type { Pane, ViewedImage } from '../../viewer/Viewer';
import { boxMarks, fromScore, lesionMarks, missedByAll, type RunOnImage } from './boxes';
import type { SliceImage } from './image';
import type { SliceState } from './state';

/** The marks: of both runs over one picture, or of each run over its own. */
export function panesOf(
  image: SliceImage,
  { firstPixel, homeIndex: index }: ViewedImage,
  runs: readonly RunOnImage[],
  { scoreThreshold, sideBySide }: Pick<SliceState, 'scoreThreshold' | 'sideBySide'>,
): Pane[] {
  const context = { firstPixel, index };
  const shown = runs.map(({ name, boxes }) => ({ name, found: boxes && fromScore(boxes, scoreThreshold) }));
  const looked = shown.flatMap(({ found }) => (found ? [found] : []));
  if (!sideBySide || shown.length < 2) {
    return [
      {
        marks: [
          ...lesionMarks(image.lesions, missedByAll(image.lesions, looked), context),
          ...shown.flatMap(({ found }, place) => boxMarks(found ?? [], place === 1, context)),
        ],
      },
    ];
  }
  return shown.map(({ name, found }) => ({
    title: name,
    marks: [
      ...lesionMarks(image.lesions, missedByAll(image.lesions, found ? [found] : []), context),
      ...boxMarks(found ?? [], false, context),
    ],
  }));
}
