import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { BadUserInput } from '../../errors';
import { ERROR_KINDS, type OverlapCriterion } from '../../evaluation';
import type { ErrorClasses, OperatingChoice } from '../../results';
import type { GraphContext } from '../core/context';
import { declareList } from '../core/listBounds';
import { FrocCriterionEnum } from './enums';
import { Evaluation } from './evaluation';
import { AnalysisStratum, ErrorReport, OperatingCurvePoint, OperatingPoint } from './evaluationAnalysis';
import { ErrorClassesEnum } from './outcomeEnums';

declareList('ErrorReport.kinds', {
  most: ERROR_KINDS.length,
  usual: ERROR_KINDS.length,
  because: 'There are six kinds of errors.',
});
const OF_CLUSTERS = 'A categorization has at most 1,000 pseudo-clusters (MAX_CLUSTERS).';
declareList('ClusterConfusion.rows', { most: 1_002, usual: 10, because: OF_CLUSTERS });
declareList('ClusterConfusionRow.cells', { most: 1_001, usual: 10, because: OF_CLUSTERS });
declareList('Evaluation.analysisStrata', {
  most: 1_100,
  usual: 30,
  because: 'Strata of the evaluation, of which pseudo-clusters are limited, and a dozen by patient and scan.',
});
declareList('Evaluation.operatingCurve', { most: 1_000, usual: 200, because: 'The argument points has a limit.' });

export const STRATUM = 'Name of a stratum, from `strata`.';
export const IOU_THRESHOLD = 'Overlap threshold of a hit, any above 0 and below 1 with at most three decimals.';
export const NOT_STORED = 'Computed from the stored detections; nothing is stored.';
export const CRITERION = 'Overlap measure for a hit; that of the FROC of the protocol if omitted.';

/** Takes an evaluation apart, at any threshold. */
@Resolver(() => Evaluation)
export class EvaluationAnalysisResolver {
  @FieldResolver(() => OperatingPoint, {
    nullable: true,
    description:
      'Sensitivity, false positives per image, precision and F1 at one score threshold, which exactly one of the four ' +
      'arguments chooses; matched like the FROC of the protocol. Null if no score threshold keeps what is asked. ' +
      NOT_STORED,
  })
  async operatingPoint(
    @Arg('scoreThreshold', () => Float, {
      nullable: true,
      description: 'All detections with at least this score count, 0 to 1.',
    })
    scoreThreshold: number | null | undefined,
    @Arg('falsePositivesPerImage', () => Float, {
      nullable: true,
      description: 'The most hits with at most so many false positives per image, 0 to 1000.',
    })
    falsePositivesPerImage: number | null | undefined,
    @Arg('sensitivityAtLeast', () => Float, {
      nullable: true,
      description: 'The highest score threshold that reaches this sensitivity, 0 to 1.',
    })
    sensitivityAtLeast: number | null | undefined,
    @Arg('precisionAtLeast', () => Float, {
      nullable: true,
      description: 'The most hits at this precision or a higher one, 0 to 1.',
    })
    precisionAtLeast: number | null | undefined,
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Arg('criterion', () => FrocCriterionEnum, { nullable: true, description: CRITERION })
    criterion: OverlapCriterion | null | undefined,
    @Root() { row }: Evaluation,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const choice = choiceOf({ scoreThreshold, falsePositivesPerImage, sensitivityAtLeast, precisionAtLeast });
    const report = await inTurn(() =>
      services.analyses.operatingPoint(row.id, choice, { iouThreshold, stratum, criterion }, { client, signal }),
    );
    return report && new OperatingPoint(report);
  }

  @FieldResolver(() => [OperatingCurvePoint], {
    nullable: true,
    description:
      'Operating points over all score thresholds, by falling threshold, first the one without any detection: for ' +
      `sliders. Null, with an error of its own, for a stratum that the evaluation lacks. ${NOT_STORED}`,
  })
  async operatingCurve(
    @Arg('points', () => Int, {
      defaultValue: 200,
      description: 'Maximum number, 2 to 1000, spread evenly over the detections by score.',
    })
    points: number,
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('stratum', () => String, { defaultValue: 'ALL', description: STRATUM }) stratum: string,
    @Arg('criterion', () => FrocCriterionEnum, { nullable: true, description: CRITERION })
    criterion: OverlapCriterion | null | undefined,
    @Root() { row }: Evaluation,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const curve = await inTurn(() =>
      services.analyses.operatingCurve(row.id, points, { iouThreshold, stratum, criterion }, { client, signal }),
    );
    return curve.map((point) => new OperatingCurvePoint(point));
  }

  @FieldResolver(() => [AnalysisStratum], {
    description:
      'The strata by which the evaluation can be taken apart: those that it has curves of, and strata by sex, age, pixel ' +
      'spacing and slice interval.',
  })
  async analysisStrata(@Root() { row }: Evaluation, @Ctx() { services, client, signal, inTurn }: GraphContext) {
    const strata = await inTurn(() => services.analyses.strata(row.id, { client, signal }));
    return strata.map((stratum) => new AnalysisStratum(stratum));
  }

  @FieldResolver(() => ErrorReport, {
    nullable: true,
    description:
      'Why the detector fails: the kinds of its errors as in TIDE, and what each kind costs, with confidence intervals ' +
      `of 200 resamples of patients. Null, with an error of its own, for a threshold out of range. ${NOT_STORED}`,
  })
  async errors(
    @Arg('iouThreshold', () => Float, { defaultValue: 0.5, description: IOU_THRESHOLD }) iouThreshold: number,
    @Arg('backgroundIou', () => Float, {
      defaultValue: 0.1,
      description: 'A detection that overlaps lesions by less is background, 0 to iouThreshold.',
    })
    backgroundIou: number,
    @Arg('scoreAtLeast', () => Float, {
      nullable: true,
      description: 'Detections below this score are ignored, 0 to 1; none if omitted.',
    })
    scoreAtLeast: number | null | undefined,
    @Arg('falsePositivesPerImage', () => Float, {
      defaultValue: 4,
      description: 'False positives per image at which the sensitivity is read, 0 to 1000.',
    })
    falsePositivesPerImage: number,
    @Arg('stratum', () => String, {
      defaultValue: 'ALL',
      description:
        'Name of a stratum, from `analysisStrata`: only its lesions are looked for, and all detections stay.',
    })
    stratum: string,
    @Arg('classes', () => ErrorClassesEnum, { defaultValue: 'IGNORED', description: 'Whether classes count.' })
    classes: ErrorClasses,
    @Root() { row }: Evaluation,
    @Ctx() { services, client, signal, inTurn }: GraphContext,
  ) {
    const among = { scoreAtLeast: scoreAtLeast ?? undefined, falsePositivesPerImage, stratum, classes };
    const selection = { iouThreshold, backgroundIou, ...among };
    return new ErrorReport(await inTurn(() => services.analyses.errors(row.id, selection, { client, signal })));
  }
}

/** @throws BadUserInput unless exactly one of the choices is given */
function choiceOf(choices: Readonly<Record<string, number | null | undefined>>): OperatingChoice {
  const { scoreThreshold, falsePositivesPerImage, sensitivityAtLeast, precisionAtLeast } = choices;
  const given = Object.values(choices).filter((choice) => choice != null).length;
  if (given === 1) {
    if (scoreThreshold != null) return { scoreThreshold };
    if (falsePositivesPerImage != null) return { falsePositivesPerImage };
    if (sensitivityAtLeast != null) return { sensitivityAtLeast };
    if (precisionAtLeast != null) return { precisionAtLeast };
  }
  throw new BadUserInput(`Expected exactly one of ${Object.keys(choices).join(', ')}, got ${given}.`, 'scoreThreshold');
}
