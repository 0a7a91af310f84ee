import { Arg, Ctx, FieldResolver, Float, ID, Int, Resolver, Root } from 'type-graphql';
import { NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { findImageOutcome } from '../../results';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { checkedLength } from '../core/pageArgs';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { DetectionRun } from './detectionRun';
import { ImageOutcome } from './imageOutcome';

const DEFAULT_RUNS = 10;
const MAX_RUNS = 100;
const DEFAULT_THRESHOLDS = { scoreThreshold: 0, iouThreshold: 0.5 };

declareList('BookmarkedImage.runs', { most: MAX_RUNS, because: 'The argument first has a limit.' });
declareList('ImageOutcome.detections', {
  most: 1_000,
  usual: 20,
  because: 'maxDetectionsPerImage of a run has a limit.',
});
declareList('ImageOutcome.missed', {
  most: 1_000,
  usual: 4,
  because: 'Rows of an imported data set: 1 to 3 in DeepLesion.',
});

/** What runs have found on an image, and what it is worth. */
@Resolver(() => DetectionRun)
export class ImageOutcomeResolver {
  @FieldResolver(() => ImageOutcome, {
    nullable: true,
    description:
      'What the run has found on one image, compared with its annotated lesions, also the possibly noisy ones. ' +
      'Detections are matched by falling score as in COCO: each takes the lesion with the greatest intersection over ' +
      'union that is still free, and a lesion is hit once. Boxes are clipped to the image. Null if the run has no ' +
      'result for the image: it is none of its images, has not been processed yet, or failed.',
  })
  async imageOutcome(
    @Arg('imageId', () => ID, { description: 'Global id of the bookmarked image.' }) imageId: string,
    @Arg('scoreThreshold', () => Float, {
      nullable: true,
      defaultValue: DEFAULT_THRESHOLDS.scoreThreshold,
      description: 'Minimum score of the detections that count, 0 to 1.',
    })
    scoreThreshold: number | null,
    @Arg('iouThreshold', () => Float, {
      nullable: true,
      defaultValue: DEFAULT_THRESHOLDS.iouThreshold,
      description: 'Minimum intersection over union of a hit, 0 to 1; boxes without any overlap are never a hit.',
    })
    iouThreshold: number | null,
    @Root() { row }: DetectionRun,
    @Ctx() { database, loaders }: GraphContext,
  ) {
    const image = await loaders.imageByKey().load(keyOf(imageId, 'BookmarkedImage', 'imageId'));
    if (!image) throw new NotFound('There is no bookmarked image with this id.', 'imageId');
    const [lesions, dataset] = await Promise.all([
      loaders.lesionsOfImage.load(image.id),
      loaders.dataset.load(image.datasetId),
    ]);
    const oneBased = present(dataset).pixelConvention === 'ONE_BASED';
    const subject = { runId: row.id, image, lesions, oneBased };
    const outcome = await findImageOutcome(database, subject, {
      scoreThreshold: scoreThreshold ?? DEFAULT_THRESHOLDS.scoreThreshold,
      iouThreshold: iouThreshold ?? DEFAULT_THRESHOLDS.iouThreshold,
    });
    return outcome && new ImageOutcome(outcome, image);
  }
}

@Resolver(() => BookmarkedImage)
export class RunsOfImageResolver {
  @FieldResolver(() => [DetectionRun], {
    description:
      'The detection runs that have a result for the image, newest first. A run in this list without detections on ' +
      'the image has found none; a run that is not in it has not processed the image, or failed on it.',
  })
  async runs(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_RUNS,
      description: `Maximum number, 0 to ${MAX_RUNS}.`,
    })
    first: number | null,
    @Root() { row }: BookmarkedImage,
    @Ctx() { loaders }: GraphContext,
  ) {
    const runs = await loaders.runsOfImage(checkedLength(first ?? DEFAULT_RUNS, MAX_RUNS)).load(row.id);
    return runs.map((run) => new DetectionRun(run));
  }
}
