import { ArgsType, type ClassType, Field, Float, Int } from 'type-graphql';
import type { OrderBy } from '../../database';
import type { OutcomeKind } from '../../evaluation';
import type { ImageErrorField, OutcomeMetric, OutcomeOrderField, OutcomeVerdict, RulesChoice } from '../../results';
import { orderOf } from '../core/listArgs';
import { PageArgs } from '../core/pageArgs';
import {
  ImageErrorFieldEnum,
  OutcomeKindEnum,
  OutcomeMetricEnum,
  OutcomeOrderFieldEnum,
  OutcomeVerdictEnum,
} from './outcomeEnums';

const IOU_THRESHOLD = 'Overlap threshold of a hit, any above 0 and below 1 with at most three decimals.';
const SCORE_AT_LEAST = 'Only detections with at least this score count, 0 to 1; all if omitted.';
const STRATUM = 'Name of a stratum, from `analysisStrata`: only its lesions are looked for, and all detections stay.';
const METRIC = 'The metric whose rules decide.';
const TOP_K =
  'Number of top-scoring detections per image that count, from 1 up to 1000, only with the metric ACCURACY; that of the run if omitted.';
const BACKGROUND_IOU =
  'A false positive that overlaps lesions by less is BACKGROUND, from 0 up to iouThreshold; 0.1, or iouThreshold if ' +
  'that is lower, if omitted.';

/** Adds what decides about hits and errors to the arguments of a field. */
function withRules<Base extends ClassType>(base: Base) {
  @ArgsType()
  class Rules extends base {
    @Field(() => Float, { defaultValue: 0.5, description: IOU_THRESHOLD })
    iouThreshold!: number;

    @Field(() => Float, { nullable: true, description: SCORE_AT_LEAST })
    scoreAtLeast?: number | null;

    @Field(() => String, { defaultValue: 'ALL', description: STRATUM })
    stratum!: string;

    @Field(() => OutcomeMetricEnum, { defaultValue: 'FROC', description: METRIC })
    metric!: OutcomeMetric;

    @Field(() => Int, { nullable: true, description: TOP_K })
    topK?: number | null;

    @Field(() => Float, { nullable: true, description: BACKGROUND_IOU })
    backgroundIou?: number | null;
  }
  return Rules;
}

/** As arguments of a list. */
@ArgsType()
export class OutcomeRulesArgs extends withRules(PageArgs) {}

/** As arguments of the outcomes of one image or detection. */
@ArgsType()
export class OwnOutcomeArgs extends withRules(class {}) {}

const OutcomeOrder = orderOf('Outcome', 'outcomes', OutcomeOrderFieldEnum);

@ArgsType()
export class OutcomeListArgs extends OutcomeRulesArgs {
  @Field(() => [OutcomeKindEnum], { nullable: true, description: 'Only outcomes of these kinds; all if omitted.' })
  kinds?: OutcomeKind[] | null;

  @Field(() => [OutcomeVerdictEnum], {
    nullable: true,
    description: 'Only detections of which reviews say one of these, and no lesions; all outcomes if omitted.',
  })
  verdicts?: OutcomeVerdict[] | null;

  @Field(() => [OutcomeOrder], {
    nullable: true,
    description: 'The ordering; the first entry takes precedence. Ties are ordered by image, then by rank.',
  })
  orderBy?: OrderBy<OutcomeOrderField>[] | null;
}

const ImageErrorOrder = orderOf('ImageError', 'the images of an evaluation', ImageErrorFieldEnum);

@ArgsType()
export class ImagesByErrorsArgs extends OutcomeRulesArgs {
  @Field(() => [ImageErrorOrder], {
    nullable: true,
    description: 'The ordering; images with the most errors first if omitted. Ties are ordered by image.',
  })
  orderBy?: OrderBy<ImageErrorField>[] | null;
}

/** A choice as the room takes it. */
export interface OutcomeQuestion extends RulesChoice {
  readonly stratum: string;
  readonly scoreAtLeast: number | undefined;
}

/** @returns what decides, without what is null */
export function outcomeQuestionOf(args: OwnOutcomeArgs | OutcomeRulesArgs): OutcomeQuestion {
  const { iouThreshold, stratum, metric, scoreAtLeast, topK, backgroundIou } = args;
  return {
    ...{ iouThreshold, stratum, metric },
    scoreAtLeast: scoreAtLeast ?? undefined,
    topK: topK ?? undefined,
    backgroundIou: backgroundIou ?? undefined,
  };
}
