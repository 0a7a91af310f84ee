/**
 * What a caller reads who does not see all data sets. The tables of each of its statements are hidden behind queries of the
 * same names, which have only the rows of what it sees, so that no list, count or statistic can forget to ask.
 */

import type { Database, Rewrite, Statement } from '../database';
import type { Caller } from './caller';
import { type HiddenPart, type Sight, seesAll, sightOf, sightWithoutTruth } from './sight';

/** The query whose rows are the data sets whose content a caller may read. */
const READABLE = 'readable_dataset';

/** Which rows of each table belong to a data set, by tables before it. */
const CONDITIONS: readonly (readonly [table: string, condition: string])[] = [
  ['dataset_edit', 'dataset_id IN (SELECT id FROM dataset)'],
  ...[
    'dataset_source',
    'patient',
    'study',
    'series',
    'bookmarked_image',
    'lesion',
    'categorization',
    'cohort',
    'export_job',
    'detection_run',
  ].map((table) => [table, `dataset_id IN (SELECT id FROM ${READABLE})`] as const),
  ...['categorization_iteration', 'categorization_scan', 'pseudo_cluster', 'cluster_assignment'].map(
    (table) => [table, 'categorization_id IN (SELECT id FROM categorization)'] as const,
  ),
  ['export_webhook', 'export_id IN (SELECT id FROM export_job)'],
  ['cohort_lesion', 'cohort_id IN (SELECT id FROM cohort)'],
  ['lesion_feature', 'lesion_id IN (SELECT id FROM lesion)'],
  ...[
    'run_image',
    'run_pending_images',
    'run_webhook',
    'detection',
    'packed_detections',
    'detection_submission',
    'evaluation',
  ].map((table) => [table, 'run_id IN (SELECT id FROM detection_run)'] as const),
  ['metric_point', 'evaluation_id IN (SELECT id FROM evaluation)'],
  ['detection_review', 'detection_id IN (SELECT id FROM detection)'],
  ['terms_acceptance', 'terms_id IN (SELECT id FROM dataset_terms)'],
];

/** A column that `*` leaves out, by the name of its table. */
const MORE_COLUMNS: Readonly<Record<string, string>> = { categorization: ', xmin' };

/** Splits whose ground truth is hidden from the caller, as data set versions. */
const BLIND = 'blind_part';
/** Joins an image or a lesion that is named `part` with the hidden splits. */
const IN_BLIND = `JOIN ${BLIND} AS blind ON blind.dataset_id = part.dataset_id AND blind.split = part.split`;
const OF_BLIND = `dataset_id IN (SELECT dataset_id FROM ${BLIND})`;

/** What a caller does not see of these tables where a ground truth is hidden: it, and all that is made of it. */
const BLIND_CONDITIONS: Readonly<Record<string, string>> = {
  lesion: `NOT EXISTS (SELECT FROM ${BLIND} AS blind WHERE blind.dataset_id = lesion.dataset_id AND blind.split = lesion.split)`,
  dataset_source: `NOT ${OF_BLIND}`,
  // Its metrics, curves, outcomes and errors are those of the lesions; the board has the aggregates.
  evaluation: `NOT (evaluation.run_id IN (SELECT id FROM public.detection_run WHERE ${OF_BLIND}) AND EXISTS (
    SELECT FROM public.run_image JOIN public.bookmarked_image AS part ON part.id = run_image.image_id ${IN_BLIND}
    WHERE run_image.run_id = evaluation.run_id))`,
  detection_review: `NOT EXISTS (SELECT FROM public.detection JOIN public.bookmarked_image AS part ON part.id = detection.image_id
    ${IN_BLIND} WHERE detection.id = detection_review.detection_id)`,
  // Also one that has no lesion of the split tells of it, unless none could be in it. What was selected while the split was
  // shown to a client from which it had been hidden a moment before has such lesions nevertheless.
  cohort: `NOT EXISTS (SELECT FROM ${BLIND} AS blind WHERE blind.dataset_id = cohort.dataset_id AND (
    NOT blind.split = ANY(cohort.unread_splits) OR EXISTS (
      SELECT FROM public.cohort_lesion AS member JOIN public.lesion AS part ON part.id = member.lesion_id
      WHERE member.cohort_id = cohort.id AND part.split = blind.split)))`,
  // Its centroids, sizes and progress are made of all its lesions, and that it has none of the split tells of it as well,
  // unless its filter named other splits.
  categorization: `NOT (${OF_BLIND} AND (status <> 'SUCCEEDED' OR completed <> total OR EXISTS (
    SELECT FROM public.cluster_assignment JOIN public.lesion AS part ON part.id = cluster_assignment.lesion_id ${IN_BLIND}
    WHERE cluster_assignment.categorization_id IN (categorization.id, categorization.assigned_from_id))
    OR request IS NOT NULL AND EXISTS (SELECT FROM ${BLIND} AS blind WHERE blind.dataset_id = categorization.dataset_id
      AND (jsonb_typeof(request #> '{filter,split}') = 'array' AND NOT request #> '{filter,split}' @> to_jsonb(blind.split::text)) IS NOT TRUE)))`,
};

/** Columns of a data set version that depend on all its lesions, and what they are where a ground truth is hidden. */
const DATASET_COLUMNS = `id, slug, version, is_latest, name, description, licence, citation, synthetic, pixel_convention,
  source_format, source_file, CASE WHEN id IN (SELECT dataset_id FROM ${BLIND}) THEN '' ELSE source_sha256 END AS source_sha256,
  image_root, follow_links,
  CASE WHEN id IN (SELECT dataset_id FROM ${BLIND}) THEN 'null'::jsonb ELSE import_report END AS import_report, imported_at`;

const OF_SLUGS = ['dataset', 'dataset_access', 'dataset_terms', 'hidden_split', 'hidden_split_try', 'tombstone'];
const HIDDEN_TABLES = new Set([...OF_SLUGS, ...CONDITIONS.map(([table]) => table)]);

/**
 * The database as a caller sees it. What it sees is determined at each statement, so that a stream notices a change too.
 *
 * @param options.asAccepted as if the caller had accepted all terms
 */
export function databaseFor(
  database: Database,
  caller: Caller,
  { asAccepted = false }: { asAccepted?: boolean } = {},
): Database {
  if (seesAll(caller)) return database;
  const rewriteOf = (sight: Sight | null): Rewrite | null => {
    if (!sight) return null;
    const { only, hidden, closed, blind } = sight;
    if (!asAccepted || closed.length === 0) return rewriteFor(sight);
    return only || hidden.length + blind.length > 0 ? rewriteFor({ only, hidden, closed: [], blind }) : null;
  };
  return database.rewritten(() => {
    const sight = sightOf(database, caller);
    return sight instanceof Promise ? sight.then(rewriteOf) : rewriteOf(sight);
  });
}

/** The database within one sight, for what is kept under a name that says what was seen. */
export function databaseSeenAs(database: Database, sight: Sight | null): Database {
  return sight ? database.rewritten(() => rewriteFor(sight)) : database;
}

/** A view of the database within one sight, whatever its caller sees meanwhile. */
export const databaseWithin = (database: Database, sight: Sight | null): Database =>
  database.rewritten(() => sight && rewriteFor(sight));

/** The database for one who sees everything but the ground truth of hidden splits. */
export const databaseWithoutTruth = (database: Database): Database =>
  database.rewritten(async () => {
    const sight = await sightWithoutTruth(database);
    return sight && rewriteFor(sight);
  });

/** Different sights whose rewritten texts are remembered, and texts of one. */
const MAX_SIGHTS = 200;
const MAX_TEXTS = 500;
/**
 * Statements of the first sights of a process are prepared: those of strangers, say. A connection keeps what it has prepared,
 * so that the number is limited.
 */
const MAX_PREPARED_SIGHTS = 16;
let preparedSights = 0;

/** By sight, as text; the one that was used last is last. */
const rewrites = new Map<string, Rewrite>();
const bySight = new WeakMap<Sight, Rewrite>();

function rewriteFor(sight: Sight): Rewrite {
  const own = bySight.get(sight);
  if (own) return own;
  const name = JSON.stringify([sight.only, sight.hidden, sight.closed, sight.blind]);
  const rewrite = rewrites.get(name) ?? makeRewrite(sight);
  keep(rewrites, name, rewrite, MAX_SIGHTS);
  bySight.set(sight, rewrite);
  return rewrite;
}

function keep<Value>(kept: Map<string, Value>, key: string, value: Value, most: number): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size <= most) return;
  const oldest = kept.keys().next();
  if (!oldest.done) kept.delete(oldest.value);
}

/** @returns a function that rewrites a statement, if it only reads */
function makeRewrite(sight: Sight): Rewrite {
  const queries = queriesOf(sight);
  const texts = new Map<string, string>();
  const suffix = preparedSights < MAX_PREPARED_SIGHTS ? `#${++preparedSights}` : null;
  return ({ name, text, values }: Statement): Statement => {
    let rewritten = texts.get(text);
    if (rewritten === undefined) {
      rewritten = rewrittenText(text, queries);
      keep(texts, text, rewritten, MAX_TEXTS);
    }
    if (rewritten === text) return { name, text, values };
    return { name: name !== undefined && suffix !== null ? `${name}${suffix}` : undefined, text: rewritten, values };
  };
}

/** @param sight whose slugs and splits have their grammar, so that they may stand in a statement */
function queriesOf({ only, hidden, closed, blind }: Sight): string {
  const isSeen = (slug: string): string =>
    only ? `${slug} IN (${listOf(only)})` : hidden.length > 0 ? `${slug} NOT IN (${listOf(hidden)})` : 'true';
  const isReadable = closed.length > 0 ? ` WHERE slug NOT IN (${listOf(closed)})` : '';
  const isBlind = blind.length > 0;
  return [
    ...(isBlind ? [blindParts(blind)] : []),
    `dataset AS NOT MATERIALIZED (SELECT ${isBlind ? DATASET_COLUMNS : '*'} FROM public.dataset WHERE ${isSeen('slug')})`,
    `${READABLE} AS NOT MATERIALIZED (SELECT id FROM dataset${isReadable})`,
    `tombstone AS NOT MATERIALIZED (SELECT * FROM public.tombstone WHERE dataset IS NULL OR ${isSeen('dataset')})`,
    `hidden_split AS NOT MATERIALIZED (SELECT * FROM public.hidden_split WHERE ${isSeen('slug')})`,
    `hidden_split_try AS NOT MATERIALIZED (SELECT * FROM public.hidden_split_try WHERE ${isSeen('slug')})`,
    `dataset_access AS NOT MATERIALIZED (SELECT * FROM public.dataset_access WHERE ${isSeen('slug')})`,
    `dataset_terms AS NOT MATERIALIZED (SELECT * FROM public.dataset_terms WHERE ${isSeen('slug')})`,
    ...CONDITIONS.map(([table, where]) => {
      const more = isBlind ? BLIND_CONDITIONS[table] : undefined;
      const condition = more === undefined ? where : `${where} AND ${more}`;
      return `${table} AS NOT MATERIALIZED (SELECT *${MORE_COLUMNS[table] ?? ''} FROM public.${table} WHERE ${condition})`;
    }),
  ].join(', ');
}

function blindParts(blind: readonly HiddenPart[]): string {
  const values = blind.map(({ slug, split }) => `('${slug}', '${split}'::split)`).join(', ');
  return `${BLIND} AS NOT MATERIALIZED (SELECT dataset.id AS dataset_id, hidden.split FROM public.dataset
    JOIN (VALUES ${values}) AS hidden (slug, split) ON hidden.slug = dataset.slug)`;
}

const listOf = (slugs: readonly string[]): string => slugs.map((slug) => `'${slug}'`).join(', ');

function rewrittenText(text: string, queries: string): string {
  if (!/^\s*(?:WITH|SELECT)\b/i.test(text)) return text;
  // Prisma Client names the schema of each table, which would pass by the queries.
  const unqualified = text.replaceAll(/"public"\."(\w+)"/g, (whole, table: string) =>
    HIDDEN_TABLES.has(table) ? `"${table}"` : whole,
  );
  return /^\s*WITH\b/i.test(unqualified)
    ? unqualified.replace(/^\s*WITH(\s+RECURSIVE)?\b/i, (_, recursive = '') => `WITH${recursive} ${queries},`)
    : `WITH ${queries} ${unqualified}`;
}
