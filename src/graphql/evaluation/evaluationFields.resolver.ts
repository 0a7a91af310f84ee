import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { BadUserInput } from '../../errors';
import {
  type AccuracyCurveKey,
  explainMissingCurve,
  findProvenance,
  findUnreviewed,
  type LesionArea,
} from '../../results';
import { PseudoCluster } from '../categorization/pseudoCluster';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { DetectionRun } from '../detection/detectionRun';
import { LesionAreaEnum } from './enums';
import { Evaluation, Stratum } from './evaluation';
import { AccuracyPoint, FrocPoint, PrecisionRecallPoint } from './metricPoints';
import { Provenance } from './provenance';

const STRATUM = 'Name of a stratum, from `strata`.';
const TOP_K =
  'How many of the best boxes of an image count; that of the run where it is left out. 1 and 5 are always there.';

@Resolver(() => Evaluation)
export class EvaluationFieldsResolver {
  @FieldResolver(() => DetectionRun, { description: 'The run that was evaluated.' })
  async run(@Root() { row }: Evaluation, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(row.runId)));
  }

  @FieldResolver(() => Provenance, { description: 'Where its figures come from, all the way back.' })
  async provenance(@Root() { row }: Evaluation, @Ctx() { database }: GraphContext) {
    return new Provenance(present(await findProvenance(database, row)));
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description:
      'What the figures were before reviews: the evaluation of the same run whose protocol differs in nothing but that reviews are ignored. Null where this one ignores them.',
  })
  async unreviewed(@Root() { row }: Evaluation, @Ctx() { database }: GraphContext) {
    const found = await findUnreviewed(database, row);
    return found && new Evaluation(found);
  }

  @FieldResolver(() => [Stratum], { description: 'The strata that it has curves of, `ALL` first.' })
  async strata(@Root() { row }: Evaluation, @Ctx() { loaders }: GraphContext) {
    return (await loaders.strataOfEvaluation.load(row.id)).map((stratum) => new Stratum(stratum));
  }

  @FieldResolver(() => [AccuracyPoint], {
    description: "Accuracy against IoU threshold, by rising threshold: the paper's figure of merit.",
  })
  async accuracyCurve(
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Arg('topK', () => Int, { nullable: true, description: TOP_K }) topK: number | null | undefined,
    @Root() { row }: Evaluation,
    @Ctx() context: GraphContext,
  ) {
    return readAccuracyCurve(context, { evaluationId: row.id, stratum, topK: topK ?? null });
  }

  @FieldResolver(() => [FrocPoint], {
    description: 'Sensitivity at rates of false positives per image: free-response operating characteristic.',
  })
  async froc(
    @Arg('iouThreshold', () => Float, {
      defaultValue: 0.5,
      description: "Overlap that a hit needs, one of the protocol's frocThresholds.",
    })
    iouThreshold: number,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Arg('falsePositivesPerImage', () => [Float], {
      nullable: true,
      description: 'The rates to read at, at most 100; 0.125, 0.25 … 16 where it is left out.',
    })
    rates: number[] | null | undefined,
    @Root() { row }: Evaluation,
    @Ctx() { loaders, database }: GraphContext,
  ) {
    const selection = { iouThreshold, stratum, falsePositivesPerImage: readRates(rates) };
    const points = await loaders.frocOfEvaluation(selection).load(row.id);
    if (points.length === 0 && rates?.length !== 0) await explainMissingCurve(database, row.id, selection);
    return points.map((point) => new FrocPoint(point));
  }

  @FieldResolver(() => [PrecisionRecallPoint], {
    description: 'Precision against recall at 101 recalls, by rising recall. Empty without lesions.',
  })
  async precisionRecall(
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: 'IoU that a hit needs: 0.5 or 0.75.' })
    iouThreshold: number,
    @Root() { row }: Evaluation,
    @Ctx() { loaders }: GraphContext,
  ) {
    const { precisionRecallAt } = row.protocol.averagePrecision;
    if (!precisionRecallAt.includes(iouThreshold))
      throw new BadUserInput(
        `Expected iouThreshold to be one of ${precisionRecallAt.join(', ')}, got ${iouThreshold}.`,
        'iouThreshold',
      );
    const points = await loaders.precisionRecallOfEvaluation(iouThreshold).load(row.id);
    return points.map((point) => new PrecisionRecallPoint(point));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Average precision like COCO, class ignored, 0 to 1: the mean over IoU 0.50 to 0.95, or that at one threshold. Null without lesions.',
  })
  async averagePrecision(
    @Arg('iouThreshold', () => Float, {
      nullable: true,
      description: 'One of 0.50, 0.55 … 0.95; the mean over all ten where it is left out.',
    })
    iouThreshold: number | null | undefined,
    @Arg('area', () => LesionAreaEnum, { defaultValue: 'ALL', description: 'Which lesions, by the size of their box.' })
    area: LesionArea,
    @Root() { row }: Evaluation,
    @Ctx() { loaders }: GraphContext,
  ) {
    const figures = await loaders.averagePrecisionOfEvaluation(area).load(row.id);
    if (iouThreshold == null) return figures?.mean ?? null;
    const { iouThresholds } = row.protocol.averagePrecision;
    if (!iouThresholds.includes(iouThreshold))
      throw new BadUserInput(
        `Expected iouThreshold to be one of ${iouThresholds.join(', ')}, got ${iouThreshold}.`,
        'iouThreshold',
      );
    return figures?.atThresholds.find((one) => one.iouThreshold === iouThreshold)?.averagePrecision ?? null;
  }
}

@Resolver(() => Stratum)
export class StratumFieldsResolver {
  @FieldResolver(() => [AccuracyPoint], { description: 'Accuracy against IoU threshold in this stratum alone.' })
  async accuracyCurve(
    @Arg('topK', () => Int, { nullable: true, description: TOP_K }) topK: number | null | undefined,
    @Root() { row: { evaluationId, stratum } }: Stratum,
    @Ctx() context: GraphContext,
  ) {
    return readAccuracyCurve(context, { evaluationId, stratum, topK: topK ?? null });
  }

  @FieldResolver(() => PseudoCluster, { nullable: true, description: 'The pseudo-cluster, where the stratum is one.' })
  async pseudoCluster(@Root() stratum: Stratum, @Ctx() { loaders }: GraphContext) {
    const id = /^pseudo-cluster:(\d{1,9})$/.exec(stratum.name)?.[1];
    const cluster = id === undefined ? null : await loaders.pseudoCluster.load(Number(id));
    return cluster && new PseudoCluster(cluster);
  }
}

async function readAccuracyCurve({ loaders, database }: GraphContext, key: AccuracyCurveKey): Promise<AccuracyPoint[]> {
  const points = await loaders.accuracyCurve.load(key);
  if (points.length === 0)
    await explainMissingCurve(database, key.evaluationId, { stratum: key.stratum, topK: key.topK ?? undefined });
  return points.map((point) => new AccuracyPoint(point));
}

const MAX_RATES = 100;

function readRates(rates: readonly number[] | null | undefined): number[] | undefined {
  if (!rates) return undefined;
  if (rates.length > MAX_RATES || rates.some((rate) => rate < 0))
    throw new BadUserInput(
      `Expected falsePositivesPerImage to be at most ${MAX_RATES} rates of 0 or more.`,
      'falsePositivesPerImage',
    );
  return [...rates];
}
