import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { MAX_REVIEWS_OF_DETECTION } from '../../results';
import { PseudoCluster } from '../categorization/pseudoCluster';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { checkedLength } from '../core/pageArgs';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { Detection, DetectionReview } from './detection';
import { DetectionRun } from './detectionRun';
import { ReviewVerdictEnum } from './enums';
import { RunImage } from './runImage';

/** More than a detection has in any reading that was planned. */
const DEFAULT_REVIEWS = 20;

@Resolver(() => Detection)
export class DetectionFieldsResolver {
  @FieldResolver(() => BookmarkedImage, { description: 'The image it was found on.' })
  async image(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return new BookmarkedImage(present(await loaders.image().load(row.imageId)));
  }

  @FieldResolver(() => DetectionRun, { description: 'The run that found it.' })
  async run(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(row.runId)));
  }

  @FieldResolver(() => PseudoCluster, {
    nullable: true,
    description: 'The pseudo-cluster that a multi-class detector takes it for. Null for a single-class detector.',
  })
  async pseudoCluster(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    if (row.pseudoClusterId === null) return null;
    return new PseudoCluster(present(await loaders.pseudoCluster.load(row.pseudoClusterId)));
  }

  @FieldResolver(() => [DetectionReview], {
    description: "Radiologists' verdicts on it, the oldest first; of more than `first` the latest.",
  })
  async reviews(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_REVIEWS,
      description: `At most so many, 0 to ${MAX_REVIEWS_OF_DETECTION}.`,
    })
    first: number | null,
    @Root() { row }: Detection,
    @Ctx() { loaders }: GraphContext,
  ) {
    const count = checkedLength(first ?? DEFAULT_REVIEWS, MAX_REVIEWS_OF_DETECTION);
    const reviews = await loaders.reviewsOfDetection(count).load(row.id);
    return reviews.map((review) => new DetectionReview(review));
  }

  @FieldResolver(() => Int, { description: 'How many verdicts there are on it.' })
  async reviewCount(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return (await loaders.reviewCountOfDetection.load(row.id))?.count ?? 0;
  }

  @FieldResolver(() => ReviewVerdictEnum, {
    nullable: true,
    description:
      'What radiologists say of it by now: the majority of the latest verdict of each reviewer, UNSURE where neither side is ahead. Null without reviews.',
  })
  async currentVerdict(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return (await loaders.verdictOfDetection.load(row.id))?.verdict ?? null;
  }
}

@Resolver(() => DetectionReview)
export class DetectionReviewFieldsResolver {
  @FieldResolver(() => Detection, { description: 'The detection it is about.' })
  async detection(@Root() { row }: DetectionReview, @Ctx() { loaders }: GraphContext) {
    return new Detection(present(await loaders.detection.load(row.detectionId)));
  }
}

@Resolver(() => RunImage)
export class RunImageFieldsResolver {
  @FieldResolver(() => BookmarkedImage, { description: 'The image.' })
  async image(@Root() { row }: RunImage, @Ctx() { loaders }: GraphContext) {
    return new BookmarkedImage(present(await loaders.image().load(row.imageId)));
  }
}
