import type { LesionGeometry } from '../dataset';
import { iou } from '../evaluation';
import type { LineStyle, MARK_COLORS, Mark, PixelConvention } from '../imaging';
import type { Outcome } from '../results';
import type { ScoredBox } from '../runs';

interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** A detection with more overlap than this with a lesion of its image is drawn as a hit, as the paper counts it. */
const HIT_IOU = 0.5;

/**
 * Data set pixels → continuous pixels, in which the slice's top-left corner is (0, 0): for DeepLesion the centre of its
 * first pixel is 1, for COCO the left edge of that pixel is 0.
 */
export function toContinuous({ x1, y1, x2, y2 }: Box, convention: PixelConvention): Box {
  const shift = convention === 'ONE_BASED' ? -0.5 : 0;
  return { x1: x1 + shift, y1: y1 + shift, x2: x2 + shift, y2: y2 + shift };
}

/** Box and RECIST axes of each lesion. */
export function lesionMarks(lesions: readonly LesionGeometry[], convention: PixelConvention): Mark[] {
  return lesions.flatMap((lesion) => {
    const axis = (start: number, color: 'longAxis' | 'shortAxis'): Mark[] => {
      const [x1, y1, x2, y2] = lesion.axes.slice(start, start + 4);
      if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return [];
      return [{ kind: 'segment', ...toContinuous({ x1, y1, x2, y2 }, convention), color }];
    };
    const box: Mark = { kind: 'box', ...toContinuous(lesion, convention), color: 'lesion' };
    return [box, ...axis(0, 'longAxis'), ...axis(4, 'shortAxis')];
  });
}

/** What is drawn of outcomes; what does not count is not. Colour and line tell them apart, each by itself. */
const OUTCOME_LOOKS: Readonly<Partial<Record<Outcome['kind'], { color: keyof typeof MARK_COLORS; line: LineStyle }>>> =
  {
    HIT: { color: 'outcomeHit', line: 'SOLID' },
    DUPLICATE: { color: 'outcomeDuplicate', line: 'DOTTED' },
    LOCALIZATION: { color: 'outcomeLocalization', line: 'DASHED' },
    BACKGROUND: { color: 'outcomeBackground', line: 'SHORT_DASHED' },
    MISSED: { color: 'outcomeMissed', line: 'THICK' },
  };

/** Box of each detection with its score, and of each missed lesion. @param top at most so many detections; undefined: all */
export function outcomeMarks(
  outcomes: readonly Outcome[],
  top: number | undefined,
  convention: PixelConvention,
): Mark[] {
  return outcomes.flatMap(({ kind, rank, score, box }): Mark[] => {
    const look = OUTCOME_LOOKS[kind];
    if (!look || (top !== undefined && rank !== null && rank > top)) return [];
    const label = score === null ? {} : { label: score.toFixed(2) };
    return [{ kind: 'box', ...toContinuous(box, convention), ...look, ...label }];
  });
}

/** Box and score of each detection, coloured by whether it hits a lesion. */
export function detectionMarks(
  detections: readonly ScoredBox[],
  lesions: readonly LesionGeometry[],
  convention: PixelConvention,
): Mark[] {
  return detections.map((detection) => ({
    kind: 'box',
    ...toContinuous(detection, convention),
    color: lesions.some((lesion) => iou(detection, lesion) > HIT_IOU) ? 'hit' : 'miss',
    label: detection.score.toFixed(2),
  }));
}
