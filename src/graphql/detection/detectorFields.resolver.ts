import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { Dataset } from '../dataset/dataset';
import { Evaluation } from '../evaluation/evaluation';
import { AccuracyPoint } from '../evaluation/metricPoints';
import { Detector } from './detector';
import { DetectorAccuracyType, DetectorSpeedType, DetectorStatisticsType } from './detectorStatistics';

@Resolver(() => Detector)
export class DetectorFieldsResolver {
  @FieldResolver(() => Boolean, {
    description:
      'Whether the detector can be used for runs: its model is present and matches the manifest. False for an external ' +
      'detector.',
  })
  ready(@Root() { row }: Detector, @Ctx() { services }: GraphContext) {
    return services.registry.readinessOf(row).ready;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The reason why the detector is not ready. Null if it is ready.',
  })
  notReadyReason(@Root() { row }: Detector, @Ctx() { services }: GraphContext) {
    return services.registry.readinessOf(row).reason;
  }

  @FieldResolver(() => DetectorStatisticsType, { description: 'Statistics of its runs.' })
  async statistics(@Root() { row }: Detector, @Ctx() { loaders }: GraphContext) {
    return new DetectorStatisticsType(present(await loaders.statisticsOfDetector.load(row.id)));
  }

  @FieldResolver(() => [DetectorAccuracyType], {
    description:
      'Its accuracy according to the newest evaluation on each data set version, the newest evaluation first.',
  })
  async latestAccuracies(@Root() { row }: Detector, @Ctx() { loaders }: GraphContext) {
    const newest = await loaders.newestEvaluationsOfDetector.load(row.id);
    return newest.map((one) => new DetectorAccuracyType(one));
  }
}

@Resolver(() => DetectorStatisticsType)
export class DetectorStatisticsFieldsResolver {
  @FieldResolver(() => [DetectorSpeedType], {
    description: 'Speed per execution provider. Empty before the first image is completed.',
  })
  async speeds(@Root() { row }: DetectorStatisticsType, @Ctx() { loaders }: GraphContext) {
    return (await loaders.speedsOfDetector.load(row.detectorId)).map((speed) => new DetectorSpeedType(speed));
  }
}

@Resolver(() => DetectorAccuracyType)
export class DetectorAccuracyFieldsResolver {
  @FieldResolver(() => Dataset, { description: 'The data set version.' })
  async dataset(@Root() { row }: DetectorAccuracyType, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => Evaluation, { description: 'The evaluation, with its run and its protocol.' })
  async evaluation(@Root() { row }: DetectorAccuracyType, @Ctx() { loaders }: GraphContext) {
    return new Evaluation(present(await loaders.evaluation.load(row.evaluationId)));
  }

  @FieldResolver(() => AccuracyPoint, {
    nullable: true,
    description: 'Top-1 accuracy at IoU 0.5. Null if the evaluation does not contain it.',
  })
  top1(@Root() { row }: DetectorAccuracyType, @Ctx() context: GraphContext) {
    return accuracyOf(context, row.evaluationId, 1);
  }

  @FieldResolver(() => AccuracyPoint, {
    nullable: true,
    description: 'Top-5 accuracy at IoU 0.5. Null if the evaluation does not contain it.',
  })
  top5(@Root() { row }: DetectorAccuracyType, @Ctx() context: GraphContext) {
    return accuracyOf(context, row.evaluationId, 5);
  }
}

async function accuracyOf({ loaders }: GraphContext, evaluationId: number, topK: number) {
  const points = await loaders.comparedAccuraciesOfEvaluation.load(evaluationId);
  const point = points.find((one) => one.topK === topK);
  return point ? new AccuracyPoint(point) : null;
}
