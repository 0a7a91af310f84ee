/**
 * Runs over images of hidden splits. Each is a try: it tells its owner aggregates of a ground truth that is hidden, so that
 * an owner may make only so many in a period. Runs that failed or were cancelled tell nothing and do not count; deleted ones
 * do.
 */
import type { Queryable, Transaction } from '../database';
import type { Split } from '../dataset';
import { RateLimited } from '../errors';

/** How an owner stands with a hidden split. */
export interface SplitTries {
  slug: string;
  split: Split;
  submissionLimit: number;
  periodDays: number;
  /** tries of the owner in the last `periodDays` */
  used: number;
  /** tries of the owner since the split is hidden */
  total: number;
  /** when the oldest of the period no longer counts; null if there is none */
  nextAt: Date | null;
}

const COUNTED = `NOT EXISTS (SELECT FROM detection_run WHERE uuid = try.run_uuid AND status IN ('FAILED', 'CANCELLED'))`;

/** @returns how an owner stands with the hidden splits of a data set, in the order of the splits */
export function findTries(database: Queryable, slug: string, owner: string): Promise<SplitTries[]> {
  return database.query<SplitTries>({
    name: 'tries-of-owner',
    text: `
      SELECT hidden.slug, hidden.split, hidden.submission_limit AS "submissionLimit", hidden.period_days AS "periodDays",
        count(try.id) FILTER (WHERE is_recent) AS used, count(try.id) AS total,
        min(try.created_at) FILTER (WHERE is_recent) + make_interval(days => hidden.period_days) AS "nextAt"
      FROM hidden_split AS hidden
      LEFT JOIN hidden_split_try AS try ON try.slug = hidden.slug AND try.split = hidden.split AND try.owner = $2 AND ${COUNTED}
      CROSS JOIN LATERAL (SELECT try.created_at > now() - make_interval(days => hidden.period_days) AS is_recent) AS recent
      WHERE hidden.slug = $1
      GROUP BY hidden.slug, hidden.split, hidden.submission_limit, hidden.period_days ORDER BY hidden.split`,
    values: [slug, owner],
  });
}

/** @returns splits of a data set whose ground truth is hidden */
export async function findBlindSplits({ prisma }: Queryable, slug: string): Promise<ReadonlySet<Split>> {
  const rows = await prisma.hiddenSplit.findMany({ where: { slug }, select: { split: true } });
  return new Set(rows.map(({ split }) => split));
}

/**
 * Counts a run as a try of each hidden split that it has images of, as the last step of the transaction that makes it.
 *
 * @param isLimited false for those who see the ground truth anyway
 * @throws RateLimited if the owner has no try left
 */
export async function countTry(
  transaction: Transaction,
  runId: number,
  { owner, isLimited }: { owner: string; isLimited: boolean },
): Promise<void> {
  const touched = await findTouched(transaction, runId);
  const [first] = touched;
  if (!first) return;
  // One after another, so that two at once do not both take the last try.
  await transaction.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('tries of ' || $1, 0))`,
    values: [owner],
  });
  const standings = isLimited ? await findTries(transaction, first.slug, owner) : [];
  const exhausted = standings.find(
    ({ split, used, submissionLimit }) => used >= submissionLimit && touched.some((one) => one.split === split),
  );
  if (exhausted) throw refusalOf(exhausted);
  await transaction.prisma.hiddenSplitTry.createMany({ data: touched.map((one) => ({ ...one, owner })) });
}

function refusalOf({ slug, split, submissionLimit, periodDays, used, nextAt }: SplitTries): RateLimited {
  const seconds = nextAt ? Math.max(1, Math.ceil((nextAt.getTime() - Date.now()) / 1000)) : periodDays * 86_400;
  return new RateLimited(
    `The ground truth of the split ${split} of ${slug} is hidden, and each owner may make ${submissionLimit} ` +
      `${submissionLimit === 1 ? 'run' : 'runs'} over it in ${periodDays} ${periodDays === 1 ? 'day' : 'days'}: you have ` +
      `made ${used}${nextAt ? `, and the next is possible from ${nextAt.toISOString()}` : ''}.`,
    seconds,
  );
}

/** Images that a file lists are not known before it is read: it may list any. */
function findTouched(
  transaction: Transaction,
  runId: number,
): Promise<{ slug: string; version: number; split: Split; runUuid: string }[]> {
  return transaction.query({
    text: `
      SELECT dataset.slug, dataset.version, hidden.split, run.uuid AS "runUuid"
      FROM detection_run AS run JOIN dataset ON dataset.id = run.dataset_id JOIN hidden_split AS hidden ON hidden.slug = dataset.slug
      LEFT JOIN detection_submission AS submission ON submission.run_id = run.id
      WHERE run.id = $1 AND (submission.is_list_in_file OR EXISTS (
        SELECT FROM bookmarked_image AS image WHERE image.split = hidden.split AND image.id IN (
          SELECT unnest(submission.image_ids) UNION ALL SELECT image_id FROM run_image WHERE run_id = run.id)))
      ORDER BY hidden.split`,
    values: [runId],
  });
}
