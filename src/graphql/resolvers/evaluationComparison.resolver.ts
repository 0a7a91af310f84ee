import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { compareEvaluations } from '../../detection';
import { BadUserInput, NotFound } from '../../errors';
import type { GraphContext } from '../context';
import { present } from '../found';
import { rowIdOf } from '../rowId';
import { Evaluation } from '../types/evaluation';
import { EvaluationComparisonType, EvaluationDifference } from '../types/evaluationComparison';

/** Each comparison reads all boxes of two runs. */
const MAX_COMPARED = 6;

@Resolver(() => EvaluationComparisonType)
export class EvaluationComparisonResolver {
  @Query(() => EvaluationComparisonType, {
    description: 'Evaluations side by side: the curves of each, and how far each lies from the first, with intervals.',
  })
  async compareEvaluations(
    @Arg('ids', () => [ID], {
      description: `Global ids of 2 to ${MAX_COMPARED} evaluations; the first is the baseline.`,
    })
    ids: string[],
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: 'Stratum of the differences.' }) stratum: string,
    @Arg('topK', () => Int, {
      nullable: true,
      description:
        "How many of the best boxes of an image count in the differences; the baseline's own where it is left out.",
    })
    topK: number | null | undefined,
    @Ctx() { loaders }: GraphContext,
  ) {
    if (ids.length < 2 || ids.length > MAX_COMPARED || new Set(ids).size < ids.length)
      throw new BadUserInput(
        `Expected ids to be 2 to ${MAX_COMPARED} different evaluations, got ${ids.length}.`,
        'ids',
      );
    const rows = await Promise.all(ids.map((id) => loaders.evaluation.load(rowIdOf(id, 'Evaluation', 'ids'))));
    const missing = rows.indexOf(null);
    if (missing >= 0)
      throw new NotFound(`There is no evaluation ${ids[missing]}: the query evaluations lists them.`, 'ids');
    return new EvaluationComparisonType(
      rows.map((row) => new Evaluation(present(row))),
      { stratum, topK: topK ?? undefined },
    );
  }

  @FieldResolver(() => [EvaluationDifference], {
    description:
      'Each other evaluation against the baseline. Refused where data set version or protocol do not allow it.',
  })
  async differences(@Root() { evaluations, request }: EvaluationComparisonType, @Ctx() { database }: GraphContext) {
    const [first, ...others] = evaluations;
    const baseline = present(first);
    const topK = request.topK ?? baseline.row.protocol.accuracy.defaultTopK;
    const differences: EvaluationDifference[] = [];
    for (const other of others) {
      const comparison = await compareEvaluations(database, other.row.id, baseline.row.id, { ...request, topK });
      differences.push(new EvaluationDifference(baseline, other, comparison));
    }
    return differences;
  }
}
