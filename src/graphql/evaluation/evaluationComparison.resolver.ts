import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { BadUserInput, NotFound, quoted } from '../../errors';
import { keyOf } from '../../globalId';
import { MAX_COMPARED } from '../../results';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { Lesion } from '../dataset/lesion';
import { type DiscordantSide, DiscordantSideEnum } from './enums';
import { Evaluation } from './evaluation';
import { DiscordantLesion, EvaluationComparisonType, EvaluationDifference } from './evaluationComparison';

declareList('EvaluationComparison.evaluations', {
  most: MAX_COMPARED,
  usual: MAX_COMPARED,
  oneForEach: 'ids',
  ofParent: true,
  because: 'The ids of compareEvaluations are limited.',
});
declareList('EvaluationComparison.differences', {
  most: MAX_COMPARED - 1,
  usual: MAX_COMPARED,
  oneForEach: 'ids',
  ofParent: true,
  because: 'The ids of compareEvaluations are limited.',
});

@Resolver(() => EvaluationComparisonType)
export class EvaluationComparisonResolver {
  @Query(() => EvaluationComparisonType, {
    description:
      'Compares evaluations: the curves of each, and the differences of the others from a baseline with confidence ' +
      'intervals. One evaluation alone has curves and no differences.',
  })
  async compareEvaluations(
    @Arg('ids', () => [ID], { description: `Global ids of 1 to ${MAX_COMPARED} different evaluations.` })
    ids: string[],
    @Arg('baseline', () => ID, {
      nullable: true,
      description: 'Global id of the evaluation from which the others differ, one of `ids`; the first if omitted.',
    })
    baseline: string | null | undefined,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: 'Stratum of the differences.' }) stratum: string,
    @Arg('topK', () => Int, {
      nullable: true,
      description:
        'Number of top-scoring detections per image that count in the differences (top-k); that of the ' +
        'baseline if omitted.',
    })
    topK: number | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ) {
    checkCompared(ids, baseline);
    const rows = await Promise.all(ids.map((id) => loaders.evaluationByKey.load(keyOf(id, 'Evaluation', 'ids'))));
    const missing = rows.indexOf(null);
    if (missing >= 0)
      throw new NotFound(`There is no evaluation ${ids[missing]}: the query evaluations lists them.`, 'ids');
    const evaluations = rows.map((row) => new Evaluation(present(row)));
    const first = present(evaluations[baseline == null ? 0 : ids.indexOf(baseline)]);
    return new EvaluationComparisonType(evaluations, first, { stratum, topK: topK ?? undefined });
  }

  @FieldResolver(() => [EvaluationDifference], {
    nullable: true,
    description:
      'Differences of all other evaluations from the baseline, in the order of the ids; empty for one evaluation. ' +
      'Null, with an error of its own, if their data set versions or protocols are not comparable, or if they do not ' +
      'have the stratum.',
  })
  async differences(
    @Root() { evaluations, baseline, request }: EvaluationComparisonType,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const others = evaluations.filter((one) => one !== baseline);
    if (others.length === 0) return [];
    const topK = request.topK ?? baseline.row.protocol.accuracy.defaultTopK;
    const ids = others.map(({ row }) => row.id);
    const selection = { ...request, topK };
    const comparisons = await inTurn(() =>
      services.evaluations.compare(ids, baseline.row.id, selection, { client, signal }),
    );
    return others.map((other, i) => new EvaluationDifference(baseline, other, present(comparisons[i])));
  }
}

/** @throws BadUserInput unless the ids are different, as many as can be compared, and the baseline is one of them */
function checkCompared(ids: readonly string[], baseline: string | null | undefined): void {
  const expected = `Expected ids to be 1 to ${MAX_COMPARED} different evaluations`;
  if (ids.length < 1 || ids.length > MAX_COMPARED) throw new BadUserInput(`${expected}, got ${ids.length}.`, 'ids');
  const repeated = ids.find((id, place) => ids.indexOf(id) < place);
  if (repeated !== undefined) throw new BadUserInput(`${expected}, got ${quoted(repeated)} more than once.`, 'ids');
  if (baseline != null && !ids.includes(baseline))
    throw new BadUserInput(`Expected baseline to be one of ids, got ${quoted(baseline)}.`, 'baseline');
}

const MAX_DISCORDANT = 500;

@Resolver(() => EvaluationDifference)
export class EvaluationDifferenceResolver {
  @FieldResolver(() => [DiscordantLesion], {
    nullable: true,
    description:
      'The lesions that only one of the two runs found, with the reason, in the order of the images. ' +
      '`points` gives their number. Null, with an error of its own, for a threshold that is not among theirs.',
  })
  async discordantLesions(
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: 'One of the thresholds of `points`.' })
    iouThreshold: number,
    @Arg('foundBy', () => DiscordantSideEnum, { nullable: true, description: 'Only lesions that only this run found.' })
    foundBy: DiscordantSide | null | undefined,
    @Arg('first', () => Int, { defaultValue: 50, description: `Maximum number, 0 to ${MAX_DISCORDANT}.` })
    first: number,
    @Root() { baseline, other, stratum, topK }: EvaluationDifference,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    if (first < 0 || first > MAX_DISCORDANT)
      throw new BadUserInput(`Expected first to be from 0 to ${MAX_DISCORDANT}, got ${first}.`, 'first');
    const side = foundBy == null ? undefined : foundBy === 'BASELINE' ? 'SECOND' : 'FIRST';
    const selection = { stratum, topK, iouThreshold, foundBy: side } as const;
    const rows = await inTurn(() =>
      services.evaluations.findDiscordant(other.row.id, baseline.row.id, selection, { client, signal }),
    );
    return rows.slice(0, first).map((row) => new DiscordantLesion(row));
  }
}

@Resolver(() => DiscordantLesion)
export class DiscordantLesionResolver {
  @FieldResolver(() => Lesion, {
    nullable: true,
    description: 'The lesion. Null for a lesion that was confirmed by reviews.',
  })
  async lesion(@Root() { row }: DiscordantLesion, @Ctx() { loaders }: GraphContext) {
    return row.lesionId === null ? null : new Lesion(present(await loaders.lesion().load(row.lesionId)));
  }

  @FieldResolver(() => BookmarkedImage, { description: 'The image of the lesion.' })
  async image(@Root() { row }: DiscordantLesion, @Ctx() { loaders }: GraphContext) {
    return new BookmarkedImage(present(await loaders.image().load(row.imageId)));
  }
}
