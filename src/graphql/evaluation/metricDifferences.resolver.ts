import { Arg, Ctx, FieldResolver, Float, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { checkMargin, judge, MAX_COMPARED, MAX_COMPARED_METRICS, type MetricKind } from '../../results';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { MetricKindEnum } from './enums';
import { EvaluationComparisonType } from './evaluationComparison';
import { ComparedMetricInput, MetricDifference, NonInferiority } from './metricDifferences';

declareList('EvaluationComparison.metricDifferences', {
  most: (MAX_COMPARED - 1) * MAX_COMPARED_METRICS,
  usual: MAX_COMPARED,
  because: 'The ids of compareEvaluations and the argument metrics are limited.',
});

/** Differences of evaluations in any metric. */
@Resolver(() => EvaluationComparisonType)
export class MetricDifferencesResolver {
  @FieldResolver(() => [MetricDifference], {
    nullable: true,
    description:
      'Differences of all other evaluations from the baseline in the metrics, in the order of the ids and, for each, of ' +
      'the metrics, in the stratum of the comparison; corrected for how many there are. Null, with an error of its own, ' +
      'if the evaluations are not comparable.',
  })
  async metricDifferences(
    @Arg('metrics', () => [ComparedMetricInput], { description: `The metrics, 1 to ${MAX_COMPARED_METRICS}.` })
    metrics: ComparedMetricInput[],
    @Root() { evaluations, baseline, request }: EvaluationComparisonType,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const others = evaluations.filter((one) => one !== baseline);
    if (others.length === 0) return [];
    const ids = others.map(({ row }) => row.id);
    const { stratum } = request;
    const differences = await inTurn(() =>
      services.evaluations.compareMetrics(ids, baseline.row.id, metrics, { stratum }, { client, signal }),
    );
    return others.flatMap((other, i) =>
      present(differences[i]).map((difference) => new MetricDifference(baseline, other, difference)),
    );
  }

  @Query(() => NonInferiority, {
    description:
      'Whether a candidate is no worse than a reference in one metric, by more than a margin. The command ' +
      '`deeplesion assert-no-worse` asks the same and ends with a status for continuous integration.',
  })
  async assertNoWorse(
    @Arg('candidate', () => ID, { description: 'Global id of the evaluation of the candidate.' }) candidate: string,
    @Arg('reference', () => ID, { description: 'Global id of the evaluation of the reference.' }) reference: string,
    @Arg('margin', () => Float, {
      description: 'How much worse is still acceptable, as a share: 0.02 stands for 2 percentage points.',
    })
    margin: number,
    @Arg('metric', () => MetricKindEnum, { defaultValue: 'ACCURACY', description: 'Which metric.' })
    kind: MetricKind,
    @Arg('iouThreshold', () => Float, { nullable: true, description: 'As that of ComparedMetricInput.' })
    iouThreshold: number | null | undefined,
    @Arg('topK', () => Int, {
      nullable: true,
      description: 'As that of ComparedMetricInput; that of the reference by default.',
    })
    topK: number | null | undefined,
    @Arg('falsePositivesPerImage', () => Float, { nullable: true, description: 'As that of ComparedMetricInput.' })
    falsePositivesPerImage: number | null | undefined,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: 'Stratum of the comparison.' }) stratum: string,
    @Ctx() { services, loaders, client, signal, inTurn }: GraphContext,
  ) {
    checkMargin(margin);
    const idOf = async (id: string, argument: string): Promise<number> => {
      const row = await loaders.evaluationByKey.load(keyOf(id, 'Evaluation', argument));
      if (!row) throw new NotFound(`There is no evaluation ${id}: the query evaluations lists them.`, argument);
      return row.id;
    };
    const [first, second] = await Promise.all([idOf(candidate, 'candidate'), idOf(reference, 'reference')]);
    const metric = { kind, iouThreshold, topK, falsePositivesPerImage };
    const differences = await inTurn(() =>
      services.evaluations.compareMetrics([first], second, [metric], { stratum }, { client, signal }),
    );
    return new NonInferiority(judge(present(differences[0]?.[0]), margin));
  }
}
