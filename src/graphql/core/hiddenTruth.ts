/** What a caller who does not see the ground truth of a split may not ask for, and how often it may try. */
import { blindPartsOf, seesTruth } from '../../access';
import type { KeepAnswer } from '../../database';
import { Forbidden } from '../../errors';
import { countTry, splitsOfRun } from '../../runs';
import type { GraphContext } from './context';
import { present } from './found';

const REFUSAL =
  'Its aggregates are on the board (`leaderboard`); holders of the scope `curate` see the ground truth itself.';

/**
 * For what would be made of the ground truth of a run's images.
 *
 * @throws Forbidden if some of them are of a split whose ground truth is hidden from the caller
 */
export async function expectTruthOfRun(
  { services, caller, loaders }: Pick<GraphContext, 'services' | 'caller' | 'loaders'>,
  run: { id: number; datasetId: number },
  argument: string,
): Promise<void> {
  const blind = await blindPartsOf(services.database, caller);
  if (blind.length === 0) return;
  const { slug } = present(await loaders.dataset.load(run.datasetId));
  const own = blind.filter((part) => part.slug === slug).map(({ split }) => split);
  if (own.length === 0) return;
  const hidden = (await splitsOfRun(services.database, run.id)).find((split) => own.includes(split));
  if (hidden === undefined) return;
  throw new Forbidden(
    `This run has images of the split ${hidden} of ${slug}, whose ground truth is hidden. ${REFUSAL}`,
    'curate',
    argument,
  );
}

/** @param keep called afterwards, in the same transaction @returns what counts a run as a try of the hidden splits that it has images of */
export function countingTries({ caller }: Pick<GraphContext, 'caller'>, keep?: KeepAnswer): KeepAnswer {
  return async (transaction, id) => {
    await countTry(transaction, Number(id), { owner: caller.owner, isLimited: !seesTruth(caller) });
    await keep?.(transaction, id);
  };
}
