import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { BadUserInput } from '../../errors';
import type { OverlapCriterion } from '../../evaluation';
import {
  type AccuracyCurveKey,
  clusterIndexOf,
  describeStratum,
  explainMissingCurve,
  findProvenance,
  findUnreviewed,
  type LesionArea,
} from '../../results';
import { PseudoCluster } from '../categorization/pseudoCluster';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { DetectionRun } from '../detection/detectionRun';
import { computeAveragePrecision, computeFroc, computePrecision, once } from './computedCurves';
import { FrocCriterionEnum, LesionAreaEnum } from './enums';
import { Evaluation, Stratum } from './evaluation';
import { CRITERION, IOU_THRESHOLD, STRATUM } from './evaluationAnalysis.resolver';
import { AccuracyPoint, FrocPoint, PrecisionRecallPoint } from './metricPoints';
import { Provenance } from './provenance';

const CURVE = { most: 300, usual: 20, because: 'A protocol takes at most 100 thresholds in addition to its own.' };
declareList('Evaluation.accuracyCurve', CURVE);
declareList('Stratum.accuracyCurve', CURVE);

const TOP_K =
  'Number of top-scoring detections per image that count (top-k); that of the run if omitted. 1 ' +
  'and 5 are always available.';

@Resolver(() => Evaluation)
export class EvaluationFieldsResolver {
  @FieldResolver(() => DetectionRun, { description: 'The run that was evaluated.' })
  async run(@Root() { row }: Evaluation, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(row.runId)));
  }

  @FieldResolver(() => Provenance, { description: 'Provenance of the metrics.' })
  async provenance(@Root() { row }: Evaluation, @Ctx() { database }: GraphContext) {
    return new Provenance(present(await findProvenance(database, row)));
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description:
      'The evaluation of the same run with the same protocol, except that reviews are ignored: the ' +
      'metrics before reviews. Null if this evaluation ignores reviews.',
  })
  async unreviewed(@Root() { row }: Evaluation, @Ctx() { database }: GraphContext) {
    const found = await findUnreviewed(database, row);
    return found && new Evaluation(found);
  }

  @FieldResolver(() => [Stratum], { description: 'The strata for which the evaluation has curves, `ALL` first.' })
  async strata(@Root() { row }: Evaluation, @Ctx() { loaders }: GraphContext) {
    const categorization = row.protocol.categorization?.id ?? null;
    return (await loaders.strataOfEvaluation.load(row.id)).map((stratum) => new Stratum(stratum, categorization));
  }

  @FieldResolver(() => [AccuracyPoint], {
    nullable: true,
    description:
      'Accuracy by ascending IoU threshold, which is the metric of the paper. Null, with an error of its own, if ' +
      'the evaluation does not have the stratum or `topK`.',
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
    nullable: true,
    description:
      'Free-response receiver operating characteristic (FROC): sensitivity at given rates of false positives ' +
      'per image. Null, with an error of its own, if the evaluation does not have the stratum, or the threshold is out ' +
      'of range. What the evaluation has not stored is computed from the stored detections.',
  })
  async froc(
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Arg('falsePositivesPerImage', () => [Float], {
      nullable: true,
      description: 'The rates at which to read the curve, at most 100; 0.125, 0.25 … 16 if omitted.',
    })
    rates: number[] | null | undefined,
    @Arg('criterion', () => FrocCriterionEnum, { nullable: true, description: CRITERION })
    criterion: OverlapCriterion | null | undefined,
    @Root() { row }: Evaluation,
    @Ctx() context: GraphContext,
  ) {
    const selection = { iouThreshold, stratum, falsePositivesPerImage: readRates(rates) };
    const compute = once(() => computeFroc(context, row.id, { ...selection, criterion }));
    const { froc } = row.protocol;
    if (!froc.thresholds.includes(iouThreshold) || (criterion ?? froc.criterion) !== froc.criterion)
      return (await compute()).map((point) => new FrocPoint(point));
    const points = await context.loaders.frocOfEvaluation(selection).load(row.id);
    if (points.length === 0 && rates?.length !== 0) await explainMissingCurve(context.database, row.id, selection);
    return points.map((point) => new FrocPoint(point, froc.falsePositivesPerImage, compute));
  }

  @FieldResolver(() => [PrecisionRecallPoint], {
    nullable: true,
    description:
      'Precision at 101 recalls, by ascending recall, at any IoU threshold and in any stratum, in which hits on other ' +
      'lesions are false positives. Empty if there are no lesions; null, with an error of its own, for a threshold out ' +
      'of range or a stratum that the evaluation lacks. Bands, and what the evaluation has not stored, are computed ' +
      'from the stored detections.',
  })
  async precisionRecall(
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Root() { row }: Evaluation,
    @Ctx() context: GraphContext,
  ) {
    const compute = once(() => computePrecision(context, row.id, { iouThreshold, stratum }));
    if (stratum !== 'ALL' || !row.protocol.averagePrecision.precisionRecallAt.includes(iouThreshold))
      return (await compute()).map((point, at) => new PrecisionRecallPoint(point, at, compute));
    const points = await context.loaders.precisionRecallOfEvaluation(iouThreshold).load(row.id);
    return points.map((point, at) => new PrecisionRecallPoint(point, at, compute));
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Average precision as in COCO, ignoring classes, 0 to 1: the mean over the IoU thresholds 0.50 ' +
      'to 0.95, or the value at one threshold. Null if there are no lesions. What the evaluation has not stored is ' +
      'computed from the stored detections.',
  })
  async averagePrecision(
    @Arg('iouThreshold', () => Float, {
      nullable: true,
      description: `${IOU_THRESHOLD} The mean over 0.50, 0.55 … 0.95 if omitted.`,
    })
    iouThreshold: number | null | undefined,
    @Arg('area', () => LesionAreaEnum, {
      defaultValue: 'ALL',
      description:
        'Size class of the lesions, by the area of the box; only with stratum ALL and one of the ten thresholds.',
    })
    area: LesionArea,
    @Arg('stratum', () => String, {
      defaultValue: 'ALL',
      description: `${STRATUM} Hits on other lesions are false positives.`,
    })
    stratum: string,
    @Root() { row }: Evaluation,
    @Ctx() context: GraphContext,
  ) {
    const { iouThresholds } = row.protocol.averagePrecision;
    const isStored = stratum === 'ALL' && (iouThreshold == null || iouThresholds.includes(iouThreshold));
    if (!isStored && area !== 'ALL')
      throw new BadUserInput(
        `Expected area only with stratum ALL and an iouThreshold of ${iouThresholds.join(', ')}.`,
        'area',
      );
    if (!isStored) return computeAveragePrecision(context, row.id, { iouThreshold, stratum });
    const figures = await context.loaders.averagePrecisionOfEvaluation(area).load(row.id);
    if (iouThreshold == null) return figures?.mean ?? null;
    return figures?.atThresholds.find((one) => one.iouThreshold === iouThreshold)?.averagePrecision ?? null;
  }
}

@Resolver(() => Stratum)
export class StratumFieldsResolver {
  @FieldResolver(() => [AccuracyPoint], {
    nullable: true,
    description:
      'Accuracy by ascending IoU threshold in this stratum. Null, with an error of its own, for a `topK` that the evaluation lacks.',
  })
  async accuracyCurve(
    @Arg('topK', () => Int, { nullable: true, description: TOP_K }) topK: number | null | undefined,
    @Root() { row: { evaluationId, stratum } }: Stratum,
    @Ctx() context: GraphContext,
  ) {
    return readAccuracyCurve(context, { evaluationId, stratum, topK: topK ?? null });
  }

  @FieldResolver(() => PseudoCluster, { nullable: true, description: 'The pseudo-cluster, if the stratum is one.' })
  async pseudoCluster(@Root() stratum: Stratum, @Ctx() context: GraphContext) {
    const cluster = await findCluster(stratum, context);
    return cluster && new PseudoCluster(cluster);
  }

  @FieldResolver(() => String, {
    description:
      'The name of the stratum as text for readers, e.g. "Lung", "Under 10 mm", "Cluster 3", or "Cluster 3: liver" if the pseudo-cluster has ' +
      'the label "liver".',
  })
  async label(@Root() stratum: Stratum, @Ctx() context: GraphContext) {
    const { label } = describeStratum(stratum.name);
    const cluster = await findCluster(stratum, context);
    return cluster?.label ? `${label}: ${cluster.label}` : label;
  }
}

/** @returns the pseudo-cluster that is a stratum; null for another stratum */
async function findCluster({ name, categorization }: Stratum, { loaders }: GraphContext) {
  const clusterIndex = clusterIndexOf(name);
  if (categorization === null || clusterIndex === null) return null;
  return loaders.pseudoClusterByKey.load({ categorization, clusterIndex });
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
