/**
 * What a key that is bound to data sets reads. The tables of each of its statements are hidden behind queries of the same
 * names, which have only the rows of these data sets, so that no list, count or statistic can forget to ask.
 */

import type { Database } from '../database';
import type { Caller } from './caller';

/** Which rows of each table belong to a data set, by tables before it. */
const CONDITIONS: readonly (readonly [table: string, condition: string])[] = [
  ...[
    'dataset_edit',
    'patient',
    'study',
    'series',
    'bookmarked_image',
    'lesion',
    'categorization',
    'detection_run',
  ].map((table) => [table, 'dataset_id IN (SELECT id FROM dataset)'] as const),
  ...['categorization_iteration', 'categorization_scan', 'pseudo_cluster', 'cluster_assignment'].map(
    (table) => [table, 'categorization_id IN (SELECT id FROM categorization)'] as const,
  ),
  ['lesion_feature', 'lesion_id IN (SELECT id FROM lesion)'],
  ...['run_image', 'run_pending_images', 'run_webhook', 'detection', 'detection_submission', 'evaluation'].map(
    (table) => [table, 'run_id IN (SELECT id FROM detection_run)'] as const,
  ),
  ['metric_point', 'evaluation_id IN (SELECT id FROM evaluation)'],
  ['detection_review', 'detection_id IN (SELECT id FROM detection)'],
];

/** A column that `*` leaves out, by the name of its table. */
const MORE_COLUMNS: Readonly<Record<string, string>> = { categorization: ', xmin' };

/** @returns the database as a caller sees it: with a key that is bound to data sets only their rows */
export function databaseFor(database: Database, { datasets }: Caller): Database {
  return datasets === null ? database : database.rewritten(readsWithin(datasets));
}

/**
 * @param slugs of the data sets; of the grammar of slugs, so that they may stand in a statement
 * @returns a function that rewrites a statement, if it only reads
 */
function readsWithin(slugs: ReadonlySet<string>): (text: string) => string {
  const list = [...slugs].map((slug) => `'${slug}'`).join(', ');
  const queries = [
    `dataset AS NOT MATERIALIZED (SELECT * FROM public.dataset WHERE slug IN (${list}))`,
    ...CONDITIONS.map(
      ([table, where]) =>
        `${table} AS NOT MATERIALIZED (SELECT *${MORE_COLUMNS[table] ?? ''} FROM public.${table} WHERE ${where})`,
    ),
  ].join(', ');
  return (text) =>
    /^\s*WITH\b/i.test(text)
      ? text.replace(/^\s*WITH(\s+RECURSIVE)?\b/i, (_, recursive = '') => `WITH${recursive} ${queries},`)
      : /^\s*SELECT\b/i.test(text)
        ? `WITH ${queries} ${text}`
        : text;
}
