/** The row of a categorization whose clusters are known: its names, and the lineage of its file. */
import type { Queryable } from '../database';
import { BadUserInput, Conflict } from '../errors';
import { isStorable } from '../storableText';
import type { CategorizationFile } from './categorizationFile';
import { checkLabel } from './pseudoClusters';
import { insertIterations, insertScan } from './store';

const MAX_NAME = 200;

/**
 * @returns the name without blanks around it
 * @throws BadUserInput if it does not fit
 */
export function checkName(text: string): string {
  const name = text.trim();
  if (!isStorable(name)) throw new BadUserInput('Expected a name without NUL and unpaired surrogates.', 'name');
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
 * @throws Conflict if the data set has a categorization of this name
 */
export async function claimName(database: Queryable, datasetId: number, dataset: string, name: string): Promise<void> {
  await database.query({
    text: `SELECT pg_advisory_xact_lock(hashtextextended('categorization ' || $1 || ' ' || $2, 0))`,
    values: [datasetId, name],
  });
  const taken = await database.prisma.categorization.findFirst({ where: { datasetId, name }, select: { id: true } });
  if (taken)
    throw new Conflict(
      `${dataset} has a categorization ${JSON.stringify(name)}, and nothing was changed: give this one another ` +
        'name (--name).',
      'name',
    );
}

/** The columns of an imported categorization in addition to the lineage of its clusters. */
export interface NewCategorization {
  datasetId: number;
  name: string;
  encoderId: number;
  /** how many it sorts */
  lesions: number;
}

/** Writes a finished categorization with its iterations and scan. @returns row id */
export async function insertCategorization(
  database: Queryable,
  { datasetId, name, encoderId, lesions }: NewCategorization,
  file: CategorizationFile,
): Promise<number> {
  const { method, clusterCount, featureDimension, createdAt } = file;
  const { seed, startWeights, command, codeVersion, dataChecksum, selectionRule, chosenIteration } = file;
  const { id } = await database.prisma.categorization.create({
    data: {
      ...{ datasetId, name, encoderId, source: 'IMPORTED', status: 'SUCCEEDED', completed: lesions, total: lesions },
      ...{ method, clusterCount, featureDimension, createdAt },
      ...{ seed, startWeights, command, codeVersion, dataChecksum, selectionRule, chosenIteration },
    },
    select: { id: true },
  });
  await insertIterations(database, id, file.iterations);
  await insertScan(database, id, file.scan);
  return id;
}
