import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { BadUserInput, quoted } from '../../errors';
import { MAX_SCENARIOS, type OwnStratum, readOwnStrata } from '../../results';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { Evaluation } from './evaluation';
import { IOU_THRESHOLD, NOT_STORED, STRATUM } from './evaluationAnalysis.resolver';
import { Calibration, Scenario } from './evaluationCurves';
import { Interval, intervalOf, OF_PATIENTS } from './interval';
import { StratumInput, toOwnStratum } from './stratumInput';

declareList('Calibration.bins', { most: 50, usual: 10, because: 'The argument bins has a limit.' });
declareList('Evaluation.scenarios', {
  most: MAX_SCENARIOS,
  usual: 4,
  oneForEach: 'strata',
  because: 'The argument strata has a limit.',
});

/** Curves of an evaluation at any threshold, with bands. */
@Resolver(() => Evaluation)
export class EvaluationCurvesResolver {
  @FieldResolver(() => Interval, {
    nullable: true,
    description:
      'The interval of averagePrecision; that of the mean over the ten IoU thresholds is of 200 resamples. Null without ' +
      `lesions. ${OF_PATIENTS} ${NOT_STORED}`,
  })
  async averagePrecisionInterval(
    @Arg('iouThreshold', () => Float, { nullable: true, description: 'As that of averagePrecision.' })
    iouThreshold: number | null | undefined,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Root() { row }: Evaluation,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const question = { about: 'averagePrecision', selection: { stratum, iouThreshold } } as const;
    const answer = await inTurn(() =>
      services.analyses.aboutCurves<'averagePrecision'>(row.id, question, { client, signal }),
    );
    return intervalOf(answer.interval);
  }

  @FieldResolver(() => Calibration, {
    nullable: true,
    description:
      'Whether scores can be read as probabilities of a hit. Null, with an error of its own, for a threshold out of ' +
      `range or a stratum that the evaluation lacks. ${NOT_STORED}`,
  })
  async calibration(
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Arg('bins', () => Int, { defaultValue: 10, description: 'Number of equally wide bins, 2 to 50.' }) bins: number,
    @Root() { row }: Evaluation,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const question = { about: 'calibration', selection: { iouThreshold, stratum, bins } } as const;
    return new Calibration(
      await inTurn(() => services.analyses.aboutCurves<'calibration'>(row.id, question, { client, signal })),
    );
  }

  @FieldResolver(() => [Scenario], {
    nullable: 'itemsAndList',
    description:
      'Accuracy, sensitivity and average precision on lesions of your choice, in the order of the strata. A stratum that ' +
      `does not fit is null, with an error of its own. ${NOT_STORED} Strata of evaluateDetectionRun and runDetection ` +
      'are stored with the protocol, and every field takes their names.',
  })
  async scenarios(
    @Arg('strata', () => [StratumInput], { description: `The strata, at most ${MAX_SCENARIOS}.` })
    strata: StratumInput[],
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('falsePositivesPerImage', () => Float, {
      defaultValue: 4,
      description: 'False positives per image at which the sensitivity is read, at most 1000.',
    })
    falsePositivesPerImage: number,
    @Root() { row }: Evaluation,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    if (strata.length > MAX_SCENARIOS)
      throw new BadUserInput(`Expected at most ${MAX_SCENARIOS} strata, got ${strata.length}.`, 'strata');
    const read = strata.map((stratum, at) => readOrError(stratum, strata.slice(0, at)));
    const fitting = read.filter((one): one is OwnStratum => !(one instanceof Error));
    const question = {
      about: 'scenarios',
      strata: fitting,
      selection: { iouThreshold, falsePositivesPerImage },
    } as const;
    const reports = await inTurn(() =>
      services.analyses.aboutCurves<'scenarios'>(row.id, question, { client, signal }),
    );
    // An error in the list is that of its own item.
    return read.map((one) =>
      one instanceof Error ? one : new Scenario(present(reports.find(({ name }) => name === one.name))),
    );
  }
}

/** @param before the strata before it, whose names it must not repeat */
function readOrError(stratum: StratumInput, before: readonly StratumInput[]): OwnStratum | Error {
  if (before.some(({ name }) => name === stratum.name))
    return new BadUserInput(
      `Expected strata with different names, got ${quoted(stratum.name)} more than once.`,
      'strata',
    );
  try {
    return present(readOwnStrata([toOwnStratum(stratum)])[0]);
  } catch (thrown) {
    if (thrown instanceof BadUserInput) return thrown;
    throw thrown;
  }
}
