/** The row of a categorization whose clusters are known: its names, and the lineage that a file tells. */
import type { Queryable } from '../database';
import { BadUserInput, Conflict } from '../errors';
import type { CategorizationFile } from './categorizationFile';
import { checkLabel } from './pseudoClusters';
import { insertIterations, insertScan } from './store';

const MAX_NAME = 200;

/**
 * @returns the name without blanks around it
 * @throws BadUserInput when it does not fit
 */
export function checkName(text: string): string {
  const name = text.trim();
  if (name.length < 1 || name.length > MAX_NAME)
    throw new BadUserInput(`Expected a name of 1 to ${MAX_NAME} characters, got ${name.length}.`, 'name');
  return name;
}

/** @throws BadUserInput for a cluster that is not there and a name that does not fit */
export function checkLabels(labels: ReadonlyMap<number, string>, clusterCount: number): Map<number, string> {
  const checked = new Map<number, string>();
  for (const [index, label] of labels) {
    if (index < 1 || index > clusterCount)
      throw new BadUserInput(`Expected labels for the clusters 1 … ${clusterCount}, got one for ${index}.`, 'label');
    checked.set(index, checkLabel(label));
  }
  return checked;
}

/**
 * Keeps a name for the transaction: two writers of one name come one after the other.
 *
 * @throws Conflict when the data set has a categorization of this name
 */
export async function claimName(database: Queryable, datasetId: number, dataset: string, name: string): Promise<void> {
  await database.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('categorization ' || $1 || ' ' || $2, 0))`,
    values: [datasetId, name],
  });
  const [taken] = await database.query({
    text: 'SELECT FROM categorization WHERE dataset_id = $1 AND name = $2',
    values: [datasetId, name],
  });
  if (taken)
    throw new Conflict(
      `${dataset} has a categorization ${JSON.stringify(name)}, and nothing was changed: give this one another name (--name).`,
      'name',
    );
}

/** What is new about a categorization, beside the lineage of its clusters. */
export interface NewCategorization {
  datasetId: number;
  name: string;
  source: 'IMPORTED' | 'ASSIGNED';
  encoderId: number;
  /** how many it sorts */
  lesions: number;
  /** what was asked for, and on which execution provider the encoder ran, where this server did the work */
  request?: object;
  executionProvider?: string;
}

/** Writes a categorization that is done, with its rounds and scan. @returns row id */
export async function insertCategorization(
  database: Queryable,
  { datasetId, name, source, encoderId, lesions, request, executionProvider }: NewCategorization,
  file: CategorizationFile,
): Promise<number> {
  const [row] = await database.query<{ id: number }>({
    text: `INSERT INTO categorization (dataset_id, name, method, cluster_count, source, status, completed, total, encoder_id, feature_dimension,
             execution_provider, request, seed, start_weights, command, code_version, data_checksum, selection_rule, chosen_iteration,
             created_at, finished_at)
           VALUES ($1, $2, $3, $4, $5::categorization_source, 'SUCCEEDED', $6, $6, $7, $8, $9, $10::jsonb, $11, $12, $13, $14, $15, $16, $17,
             coalesce($18, now()), now()) RETURNING id`,
    values: [
      datasetId,
      name,
      file.method,
      file.clusterCount,
      source,
      lesions,
      encoderId,
      file.featureDimension,
      executionProvider ?? null,
      request === undefined ? null : JSON.stringify(request),
      file.seed,
      file.startWeights,
      file.command,
      file.codeVersion,
      file.dataChecksum,
      file.selectionRule,
      file.chosenIteration,
      source === 'IMPORTED' ? file.createdAt : null,
    ],
  });
  if (!row) throw new Error('INSERT … RETURNING answered no row');
  await insertIterations(database, row.id, file.iterations);
  await insertScan(database, row.id, file.scan);
  return row.id;
}
