import { Arg, Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { SortKey } from '../../database';
import { BadUserInput, NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { type OutcomeListSelection, outcomeSortKeys, placesOfVerdicts, WORST_FIRST } from '../../results';
import type { Connection } from '../core/connection';
import type { GraphContext } from '../core/context';
import { orderingName } from '../core/cursor';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import { readWindow } from '../core/pageArgs';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { Lesion } from '../dataset/lesion';
import { Detection } from '../detection/detection';
import { ReviewVerdictEnum } from '../detection/enums';
import { Evaluation } from './evaluation';
import { ImageOutcomes, ImageOutcomesConnection, KeptPage, Outcome, OutcomeConnection, OutcomeCounts } from './outcome';
import { ImagesByErrorsArgs, OutcomeListArgs, OwnOutcomeArgs, outcomeQuestionOf } from './outcomeArgs';

declareList('ImageOutcomes.outcomes', {
  most: 5_000,
  usual: 20,
  because: 'maxDetectionsPerImage of a run has a limit, and an image has few lesions.',
});

const NOT_STORED = 'Computed from the stored detections; nothing is stored.';
const EVALUATION = { description: 'Global id of an evaluation of the run.' };

/** Lists what became of each detection and each lesion, at any threshold. */
@Resolver(() => Evaluation)
export class OutcomesResolver {
  @FieldResolver(() => OutcomeConnection, {
    nullable: true,
    description:
      'What became of each detection and each lesion: hits, duplicates, localization errors, background, missed lesions ' +
      'and what does not count. Sums of outcomes are the counts of the metric at every threshold and in every stratum. ' +
      `Null, with an error of its own, for a stratum that the evaluation lacks or an argument out of range. ${NOT_STORED}`,
  })
  async outcomes(
    @Args(() => OutcomeListArgs) args: OutcomeListArgs,
    @Root() evaluation: Evaluation,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, signal, inTurn } = context;
    const question = outcomeQuestionOf(args);
    const orderBy = args.orderBy ?? [];
    const { scoreAtLeast: _, ...table } = question;
    const ordering = await orderingOf(context, `Outcome ${evaluation.id} ${JSON.stringify(table)}`, orderBy);
    const window = readWindow(args, ordering, { order: outcomeSortKeys(orderBy) });
    const detections =
      args.verdicts && (await placesOfVerdicts(services.database, evaluation.row.runId, args.verdicts));
    const selection: OutcomeListSelection = {
      ...question,
      kinds: args.kinds ?? undefined,
      detections: detections ?? undefined,
      orderBy,
    };
    const page = await inTurn(() =>
      services.analyses.outcomes(evaluation.row.id, selection, window, { client, signal }),
    );
    const nodes = page.rows.map((row) => new Outcome(row, evaluation));
    return new OutcomeConnection(new KeptPage(ordering, page, nodes, page.counts));
  }

  @FieldResolver(() => ImageOutcomesConnection, {
    nullable: true,
    description:
      'The images of the evaluation that have detections or lesions, those with the most errors first: false positives ' +
      `and missed lesions. Null, with an error of its own, as outcomes. ${NOT_STORED}`,
  })
  async imagesByErrors(
    @Args(() => ImagesByErrorsArgs) args: ImagesByErrorsArgs,
    @Root() evaluation: Evaluation,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, signal, inTurn } = context;
    const question = outcomeQuestionOf(args);
    const orderBy = args.orderBy ?? WORST_FIRST;
    const ordering = await orderingOf(context, `ImageOutcomes ${evaluation.id} ${JSON.stringify(question)}`, orderBy);
    const window = readWindow(args, ordering, { order: imageSortKeys(orderBy.length) });
    const page = await inTurn(() =>
      services.analyses.imagesByErrors(evaluation.row.id, { ...question, orderBy }, window, { client, signal }),
    );
    const nodes = page.rows.map((row) => new ImageOutcomes(row, evaluation, question));
    return new ImageOutcomesConnection(new KeptPage(ordering, page, nodes));
  }
}

async function orderingOf(
  { services }: GraphContext,
  name: string,
  orderBy: readonly { field: string; direction: string }[],
): Promise<string> {
  return orderingName(name, orderBy, (await services.database.identity()).id);
}

/** A number for each field, and the image. */
function imageSortKeys(fields: number): SortKey[] {
  const number: SortKey = { expression: 'value', type: 'float8' };
  return [...Array.from({ length: fields }, () => number), { expression: 'image', type: 'int4' }];
}

@Resolver(() => OutcomeConnection)
export class OutcomeConnectionResolver {
  @FieldResolver(() => OutcomeCounts, { description: 'The outcomes by kind, whatever `kinds` and `verdicts` select.' })
  counts(@Root() { page }: Connection<Outcome>) {
    return new OutcomeCounts(present(page instanceof KeptPage ? page.counts : null));
  }
}

@Resolver(() => Outcome)
export class OutcomeFieldsResolver {
  @FieldResolver(() => BookmarkedImage, { description: 'The image.' })
  async image(@Root() { row }: Outcome, @Ctx() { loaders }: GraphContext) {
    return new BookmarkedImage(present(await loaders.image().load(row.imageId)));
  }

  @FieldResolver(() => Lesion, {
    nullable: true,
    description: 'The lesion. Null for background, and for a lesion that reviews confirmed.',
  })
  async lesion(@Root() { row }: Outcome, @Ctx() { loaders }: GraphContext) {
    return row.lesionId === null ? null : new Lesion(present(await loaders.lesion().load(row.lesionId)));
  }

  @FieldResolver(() => Detection, { nullable: true, description: 'The detection. Null for a lesion.' })
  async detection(@Root() outcome: Outcome, @Ctx() context: GraphContext) {
    const detection = await detectionOf(outcome, context);
    return detection && new Detection(detection);
  }

  @FieldResolver(() => ReviewVerdictEnum, {
    nullable: true,
    description: 'Current verdict of reviews on the detection, as `Detection.currentVerdict`. Null without one.',
  })
  async verdict(@Root() outcome: Outcome, @Ctx() context: GraphContext) {
    const detection = await detectionOf(outcome, context);
    return detection && ((await context.loaders.verdictOfDetection.load(detection.id))?.verdict ?? null);
  }
}

function detectionOf({ row: { imageId, rank }, evaluation }: Outcome, { loaders }: GraphContext) {
  return rank === null ? null : loaders.detectionAt(evaluation.row.runId).load({ imageId, rank });
}

@Resolver(() => ImageOutcomes)
export class ImageOutcomesResolver {
  @FieldResolver(() => BookmarkedImage, { description: 'The image.' })
  async image(@Root() { row }: ImageOutcomes, @Ctx() { loaders }: GraphContext) {
    return new BookmarkedImage(present(await loaders.image().load(row.imageId)));
  }

  @FieldResolver(() => [Outcome], {
    description: 'The outcomes: detections by rank, then missed lesions, then what does not count.',
  })
  async outcomes(@Root() { row, evaluation, question }: ImageOutcomes, @Ctx() { loaders }: GraphContext) {
    const found = await loaders.outcomesOfImage(evaluation.row, question).load(row.imageId);
    return (found?.outcomes ?? []).map((one) => new Outcome(one, evaluation));
  }
}

@Resolver(() => BookmarkedImage)
export class OutcomesOfImageResolver {
  @FieldResolver(() => ImageOutcomes, {
    nullable: true,
    description:
      'What became of the detections and lesions of this image in an evaluation. Null if the image has none of either ' +
      `in the evaluated run. ${NOT_STORED}`,
  })
  async outcomes(
    @Arg('evaluation', () => ID, { description: 'Global id of an evaluation.' }) id: string,
    @Args(() => OwnOutcomeArgs) args: OwnOutcomeArgs,
    @Root() { row }: BookmarkedImage,
    @Ctx() context: GraphContext,
  ) {
    const evaluation = await expectEvaluation(context, id);
    const question = outcomeQuestionOf(args);
    const found = await context.loaders.outcomesOfImage(evaluation.row, question).load(row.id);
    return found && new ImageOutcomes(found, evaluation, question);
  }
}

@Resolver(() => Detection)
export class OutcomeOfDetectionResolver {
  @FieldResolver(() => Outcome, {
    nullable: true,
    description:
      'What became of this detection in an evaluation of its run; of several hits the one with the greatest overlap. ' +
      `Null if scoreAtLeast is above its score. ${NOT_STORED}`,
  })
  async outcome(
    @Arg('evaluation', () => ID, EVALUATION) id: string,
    @Args(() => OwnOutcomeArgs) args: OwnOutcomeArgs,
    @Root() { row }: Detection,
    @Ctx() context: GraphContext,
  ) {
    const evaluation = await expectEvaluation(context, id);
    if (evaluation.row.runId !== row.runId)
      throw new BadUserInput(
        'Expected an evaluation of the run that found the detection, got one of another run.',
        'evaluation',
      );
    const found = await context.loaders.outcomesOfImage(evaluation.row, outcomeQuestionOf(args)).load(row.imageId);
    const own = (found?.outcomes ?? []).filter(({ rank }) => rank === row.rank);
    const [best] = own.sort((a, b) => (b.overlap ?? 0) - (a.overlap ?? 0));
    return best ? new Outcome(best, evaluation) : null;
  }
}

/** @throws NotFound if there is none that the caller sees */
async function expectEvaluation({ loaders }: GraphContext, id: string): Promise<Evaluation> {
  const row = await loaders.evaluationByKey.load(keyOf(id, 'Evaluation', 'evaluation'));
  if (row) return new Evaluation(row);
  throw new NotFound('There is no evaluation with this id: the query evaluations lists them.', 'evaluation');
}
