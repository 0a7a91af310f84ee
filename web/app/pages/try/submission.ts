/** What a visitor says of a file of detections, and how the validator's findings are drawn. */

import { SPLITS } from '../../data/lesionChoice';
import type { SubmitDetectionsInput } from '../../data/schemaTypes.generated';
import type { Bars } from '../../figures/bars';
import type { Mark } from '../../viewer/marks';
import type { ValidateTriedQuery } from './submission.generated';

export type SubmissionReport = ValidateTriedQuery['validateSubmission'];
export type SubmissionExample = SubmissionReport['examples'][number];

/** The choices of the form, as texts. */
export interface SubmissionState {
  readonly dataset: string;
  readonly detector: string;
  readonly version: string;
  readonly url: string;
  /** one of the splits, or FILE for the images that the file names */
  readonly images: string;
  readonly format: SubmitDetectionsInput['format'];
  /** empty: not stated */
  readonly boxConvention: string;
  readonly pixelConvention: string;
  readonly scoreTransform: string;
}

export const FORMATS = ['COCO_RESULTS', 'CSV', 'NDJSON', 'PARQUET'] as const;
export const BOX_CONVENTIONS = ['XYXY', 'XYWH'] as const;
export const PIXEL_CONVENTIONS = ['ZERO_BASED', 'ONE_BASED'] as const;
export const SCORE_TRANSFORMS = ['SIGMOID', 'RANK'] as const;
/** In place of a split. */
export const LISTED_IN_FILE = 'FILE';

/** What the browser takes a file for; the form asks, since packed files do not show it. */
export function formatOfText(text: string | undefined): SubmissionState['format'] {
  return FORMATS.find((format) => format === text) ?? 'COCO_RESULTS';
}

const oneOf = <Word extends string>(words: readonly Word[], text: string): Word | undefined =>
  words.find((word) => word === text);

/** The input of validateSubmission and submitDetections. */
export function inputOf(uploadId: string, state: SubmissionState): SubmitDetectionsInput {
  const split = oneOf(SPLITS, state.images);
  return {
    ...{ dataset: state.dataset, uploadId, format: state.format },
    detector: {
      name: state.detector,
      version: state.version,
      ...(state.url.trim() !== '' && { url: state.url.trim() }),
    },
    images: split ? { split: [split] } : { listInFile: true },
    boxConvention: oneOf(BOX_CONVENTIONS, state.boxConvention),
    pixelConvention: oneOf(PIXEL_CONVENTIONS, state.pixelConvention),
    scoreTransform: oneOf(SCORE_TRANSFORMS, state.scoreTransform),
  };
}

/** The histogram of scores, 0 to 1. */
export function scoreBars({ scoreHistogram }: Pick<SubmissionReport, 'scoreHistogram'>): Bars {
  const { length } = scoreHistogram;
  return { counts: scoreHistogram, edges: Array.from({ length: length + 1 }, (_, i) => i / Math.max(1, length)) };
}

/** Boxes of the file over the lesions of the image, in the viewer's coordinates. */
export function marksOfExample({ image, boxes }: SubmissionExample): Mark[] {
  const edge = image.dataset.pixelConvention === 'ONE_BASED' ? 0.5 : 0;
  const moved = ({ x1, y1, x2, y2 }: SubmissionExample['boxes'][number]['boundingBox']) => ({
    ...{ x1: x1 - edge, y1: y1 - edge },
    ...{ x2: x2 - edge, y2: y2 - edge },
  });
  return [
    ...image.lesions.map(
      ({ id, boundingBox }): Mark => ({ id, kind: 'LESION', box: moved(boundingBox), label: 'lesion', index: 0 }),
    ),
    ...boxes.map(
      ({ score, boundingBox }, rank): Mark => ({
        ...{ id: `box ${rank + 1}`, kind: 'DETECTION', box: moved(boundingBox) },
        ...{ label: score.toFixed(2), index: 0 },
      }),
    ),
  ];
}
