import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { blindPartsOf, findHiddenSplits } from '../../access';
import { findDatasetByReference, type Split, unknownDataset } from '../../dataset';
import type { EvaluationPreset } from '../../results';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { SplitEnum } from '../dataset/enums';
import { DetectionRun } from '../detection/detectionRun';
import { Detector } from '../detection/detector';
import { EvaluationPresetEnum } from './enums';
import { Evaluation } from './evaluation';
import { Leaderboard, LeaderboardEntry, LeaderboardMetricInput, toBoardMetric } from './leaderboard';

@Resolver()
export class LeaderboardResolver {
  @Query(() => Leaderboard, {
    description:
      'Ranks the detectors of a data set version on a split, with 95 % intervals of the ranks by one joint bootstrap over ' +
      'patients. Entries that cannot be told apart share a rank; what is not comparable stands apart. If the ground truth ' +
      'of the split is hidden from you, only IoU 0.5, the stratum ALL, top 1 and 5 and the usual rates are answered.',
  })
  async leaderboard(
    @Arg('dataset', () => String, { description: '`slug` for the latest version, `slug@2` for version 2.' })
    dataset: string,
    @Arg('protocol', () => EvaluationPresetEnum, { defaultValue: 'PAPER', description: 'The convention of a hit.' })
    protocol: EvaluationPreset,
    @Arg('split', () => SplitEnum, { defaultValue: 'TEST', description: 'The split.' }) split: Split,
    @Arg('metric', () => LeaderboardMetricInput, {
      nullable: true,
      description: 'What the board is sorted by; accuracy at IoU 0.5 with top 5 if omitted.',
    })
    metric: LeaderboardMetricInput | null | undefined,
    @Arg('stratum', () => String, {
      defaultValue: 'ALL',
      description: 'Lesions that count: ALL, a coarse type such as coarse-type:LUNG, or a size such as size:10-30mm.',
    })
    stratum: string,
    @Ctx() { database, services, caller, client, signal, inTurn }: GraphContext,
  ) {
    const row = await findDatasetByReference(database, dataset);
    if (!row) throw await unknownDataset(database, dataset, 'dataset');
    const { id, slug, sourceSha256 } = row;
    const isPart = (part: { slug: string; split: string }): boolean => part.slug === slug && part.split === split;
    const isHidden = (await findHiddenSplits(database, [slug])).some(isPart);
    const isBlind = (await blindPartsOf(services.database, caller)).some(isPart);
    const wanted = toBoardMetric(metric ?? { kind: 'ACCURACY', iouThreshold: 0.5 });
    const asked = { split, metric: wanted, stratum, isHidden };
    const request = { ...asked, dataset: { id, slug, sourceSha256 }, preset: protocol, isBlind };
    const report = await inTurn(() => services.analyses.leaderboard(request, { client, signal }));
    return new Leaderboard(report, { ...asked, protocol });
  }
}

@Resolver(() => LeaderboardEntry)
export class LeaderboardEntryResolver {
  @FieldResolver(() => Evaluation, {
    nullable: true,
    description:
      'The latest stored evaluation of the run by this protocol, over all images of the run. Null if there is none, or if ' +
      'the ground truth is hidden from you.',
  })
  async evaluation(@Root() { row }: LeaderboardEntry, @Ctx() { loaders }: GraphContext) {
    const evaluation = row.evaluationId === null ? null : await loaders.evaluation.load(row.evaluationId);
    return evaluation && new Evaluation(evaluation);
  }

  @FieldResolver(() => Detector, { description: 'The detector.' })
  async detector(@Root() { row }: LeaderboardEntry, @Ctx() { loaders }: GraphContext) {
    return new Detector(present(await loaders.detector.load(row.detectorId)));
  }

  @FieldResolver(() => DetectionRun, { description: 'The run.' })
  async run(@Root() { row }: LeaderboardEntry, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(row.runId)));
  }
}
