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

/** More than a detection gets in any planned reader study. */
const DEFAULT_REVIEWS = 20;

@Resolver(() => Detection)
export class DetectionFieldsResolver {
  @FieldResolver(() => BookmarkedImage, { description: 'The image on which it was found.' })
  async image(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return new BookmarkedImage(present(await loaders.image().load(row.imageId)));
  }

  @FieldResolver(() => DetectionRun, { description: 'The run that found it.' })
  async run(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(row.runId)));
  }

  @FieldResolver(() => PseudoCluster, {
    nullable: true,
    description: 'The pseudo-cluster that a multi-class detector predicts. Null for a single-class detector.',
  })
  async pseudoCluster(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    // It may be of a data set that the caller does not see.
    const cluster = row.pseudoClusterId === null ? null : await loaders.pseudoCluster.load(row.pseudoClusterId);
    return cluster && new PseudoCluster(cluster);
  }

  @FieldResolver(() => [DetectionReview], {
    description: "Radiologists' verdicts, oldest first; if there are more than `first`, the latest ones.",
  })
  async reviews(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_REVIEWS,
      description: `Maximum number, 0 to ${MAX_REVIEWS_OF_DETECTION}.`,
    })
    first: number | null,
    @Root() { row }: Detection,
    @Ctx() { loaders }: GraphContext,
  ) {
    const count = checkedLength(first ?? DEFAULT_REVIEWS, MAX_REVIEWS_OF_DETECTION);
    const reviews = await loaders.reviewsOfDetection(count).load(row.id);
    return reviews.map((review) => new DetectionReview(review));
  }

  @FieldResolver(() => Int, {
    description: 'Number of verdicts on this detection, earlier and withdrawn ones included.',
  })
  async reviewCount(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return (await loaders.reviewCountOfDetection.load(row.id))?.count ?? 0;
  }

  @FieldResolver(() => ReviewVerdictEnum, {
    nullable: true,
    description:
      'Current verdict: the majority of the latest verdicts of all reviewers, UNSURE if there is no ' +
      'majority. Null if there are none, or all are withdrawn.',
  })
  async currentVerdict(@Root() { row }: Detection, @Ctx() { loaders }: GraphContext) {
    return (await loaders.verdictOfDetection.load(row.id))?.verdict ?? null;
  }
}

@Resolver(() => DetectionReview)
export class DetectionReviewFieldsResolver {
  @FieldResolver(() => Detection, { description: 'The detection that was reviewed.' })
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
