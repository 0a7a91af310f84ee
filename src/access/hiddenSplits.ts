/**
 * Splits whose ground truth is hidden: their lesions, and all that is made of them, are for callers who curate. It is a
 * matter of the slug, as the visibility of a data set is.
 */
import type { Database, Queryable, Transaction } from '../database';
import { BadUserInput } from '../errors';
import { expectSlug } from './datasetAccess';
import { forgetSights } from './sight';

/** Images without a split cannot be hidden: nothing would be submitted for them. */
export const HIDEABLE_SPLITS = ['TRAIN', 'VALIDATION', 'TEST'] as const;
export type HideableSplit = (typeof HIDEABLE_SPLITS)[number];

/** A split whose ground truth is hidden, and how often an owner may try. */
export interface HiddenSplitRow {
  slug: string;
  split: HideableSplit;
  /** runs over its images that an owner may make in a period */
  submissionLimit: number;
  periodDays: number;
}

/** How often an owner may try unless it is said otherwise. */
export const DEFAULT_TRIES = { submissionLimit: 5, periodDays: 7 } as const;
const MOST = { submissionLimit: 1_000, periodDays: 365 } as const;

/** What a change of a hidden split was, for the audit trail. */
export interface HiddenSplitChange {
  before: HiddenSplitRow | null;
  after: HiddenSplitRow | null;
}
type Keep = (transaction: Transaction, change: HiddenSplitChange) => Promise<void>;

/** @returns the hidden splits of these data sets, in the order of the splits */
export async function findHiddenSplits({ prisma }: Queryable, slugs: readonly string[]): Promise<HiddenSplitRow[]> {
  const rows = await prisma.hiddenSplit.findMany({ where: { slug: { in: [...slugs] } }, orderBy: { split: 'asc' } });
  return rows.flatMap(({ slug, split, submissionLimit, periodDays }) =>
    split === 'UNASSIGNED' ? [] : [{ slug, split, submissionLimit, periodDays }],
  );
}

/**
 * Hides the ground truth of a split, or changes its limits; every server knows within a second.
 *
 * @param keep given the change as the last step of its transaction
 * @throws BadUserInput naming what does not fit
 */
export async function hideSplit(database: Database, hidden: HiddenSplitRow, keep?: Keep): Promise<HiddenSplitChange> {
  expectSlug(hidden.slug);
  for (const name of ['submissionLimit', 'periodDays'] as const)
    if (!(Number.isInteger(hidden[name]) && hidden[name] >= 1 && hidden[name] <= MOST[name]))
      throw new BadUserInput(`Expected ${name} to be from 1 to ${MOST[name]}, got ${hidden[name]}.`, name);
  return change(database, hidden, hidden, keep);
}

/** Shows the ground truth of a split again, to all who see the data set. @throws as {@link hideSplit} */
export async function showSplit(
  database: Database,
  split: Pick<HiddenSplitRow, 'slug' | 'split'>,
  keep?: Keep,
): Promise<HiddenSplitChange> {
  expectSlug(split.slug);
  return change(database, split, null, keep);
}

async function change(
  database: Database,
  { slug, split }: Pick<HiddenSplitRow, 'slug' | 'split'>,
  after: HiddenSplitRow | null,
  keep?: Keep,
): Promise<HiddenSplitChange> {
  const made = await database.transaction(async (transaction) => {
    await transaction.query({
      text: `SELECT pg_advisory_xact_lock(hashtextextended('hidden splits of ' || $1, 0))`,
      values: [slug],
    });
    const before = (await findHiddenSplits(transaction, [slug])).find((one) => one.split === split) ?? null;
    await transaction.prisma.hiddenSplit.deleteMany({ where: { slug, split } });
    if (after) await transaction.prisma.hiddenSplit.createMany({ data: [after] });
    await keep?.(transaction, { before, after });
    return { before, after };
  });
  forgetSights(database);
  return made;
}
