import DataLoader from 'dataloader';
import { type EvaluationRow, findOutcomesOfImages, type ImageOutcomes } from '../../results';
import { type DetectionRow, findDetectionsAt } from '../../runs';
import type { LoaderMakers } from '../core/loading';
import type { OutcomeQuestion } from './outcomeArgs';

/** Boxes of so many images are read and matched at once: some 10 ms for a hundred boxes each. */
const MAX_IMAGES = 500;

type Place = Pick<DetectionRow, 'imageId' | 'rank'>;
const textOf = ({ imageId, rank }: Place): string => `${imageId} ${rank}`;

/** The loaders of outcomes. */
export const outcomeLoaders = {
  /** detections of a run by image and rank */
  detectionAt:
    ({ database, variant }) =>
    (runId: number) =>
      variant(`detections at ${runId}`, () => {
        const find = async (places: readonly Place[]): Promise<(DetectionRow | null)[]> => {
          const rows = await findDetectionsAt(database, runId, places);
          const byPlace = new Map(rows.map((row) => [textOf(row), row]));
          return places.map((place) => byPlace.get(textOf(place)) ?? null);
        };
        return new DataLoader<Place, DetectionRow | null, string>(find, { cacheKeyFn: textOf });
      }),
  /** the outcomes of images in an evaluation */
  outcomesOfImage:
    ({ database, variant }) =>
    (row: EvaluationRow, { stratum, ...question }: OutcomeQuestion) =>
      variant(`outcomes ${row.id} ${JSON.stringify([stratum, question])}`, () => {
        const find = async (imageIds: readonly number[]): Promise<(ImageOutcomes | null)[]> => {
          const found = await findOutcomesOfImages(database, row, imageIds, { ...question, stratum });
          const byImage = new Map(found.map((one) => [one.imageId, one]));
          return imageIds.map((id) => byImage.get(id) ?? null);
        };
        return new DataLoader(find, { maxBatchSize: MAX_IMAGES });
      }),
} satisfies LoaderMakers;
