import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import {
  expectDataset,
  expectSlug,
  HIDEABLE_SPLITS,
  type HiddenSplitChange,
  type HiddenSplitRow,
  hideSplit,
  showSplit,
} from '../../access';
import { findDatasetByReference, type Split, unknownDataset } from '../../dataset';
import { BadUserInput } from '../../errors';
import { findTries } from '../../runs';
import type { GraphContext } from '../core/context';
import { Dataset, NamedDataset } from './dataset';
import { HiddenSplit, SetHiddenSplitInput, SetHiddenSplitPayload } from './hiddenSplits';

/** Splits whose ground truth is hidden. */
@Resolver(() => Dataset)
export class HiddenSplitsResolver {
  @FieldResolver(() => [HiddenSplit], {
    description: 'Splits whose ground truth is hidden, and how often you may try. Empty if none is.',
  })
  async hiddenSplits(@Root() { row }: Dataset, @Ctx() { database, client }: GraphContext) {
    return (await findTries(database, row.slug, client)).map((tries) => new HiddenSplit(tries));
  }

  @Mutation(() => SetHiddenSplitPayload, {
    description:
      'Hides the ground truth of a split, in all versions of a data set, on all servers within a second; or shows it again. ' +
      'Its lesions, and all that is made of them, are then for callers with `curate` or `operate`.',
  })
  async setHiddenSplit(
    @Arg('input', () => SetHiddenSplitInput, { description: 'The split, and how often an owner may try.' })
    input: SetHiddenSplitInput,
    @Ctx() context: GraphContext,
  ) {
    const { caller, database, services, mutation } = context;
    const { dataset, hidden, submissionLimit, periodDays } = input;
    expectDataset(caller, dataset, 'dataset');
    expectSlug(dataset);
    const row = await findDatasetByReference(database, dataset);
    if (!row) throw await unknownDataset(database, dataset, 'dataset');
    const split = hideable(input.split);
    const keep = async (transaction: Parameters<NonNullable<typeof mutation>['add']>[0], change: HiddenSplitChange) => {
      const changes = { split, before: limitsOf(change.before), after: limitsOf(change.after) };
      await mutation?.add(transaction, { target: new Dataset(row).id, changes });
    };
    const wanted = { slug: row.slug, split };
    if (hidden) await hideSplit(services.database, { ...wanted, submissionLimit, periodDays }, keep);
    else await showSplit(services.database, wanted, keep);
    return new SetHiddenSplitPayload(new NamedDataset(row));
  }
}

const limitsOf = (row: HiddenSplitRow | null) =>
  row && { submissionLimit: row.submissionLimit, periodDays: row.periodDays };

function hideable(split: Split): HiddenSplitRow['split'] {
  const known = HIDEABLE_SPLITS.find((one) => one === split);
  if (known) return known;
  throw new BadUserInput(`Expected split to be one of ${HIDEABLE_SPLITS.join(', ')}, got ${split}.`, 'split');
}
