import { findTombstone, type Grave, type Queryable } from '../database';
import { NotFound } from '../errors';
import type { GlobalId } from '../globalId';

const NAMES: Record<Grave['kind'], string> = {
  Dataset: 'Data set',
  DetectionRun: 'Detection run',
  Categorization: 'Categorization',
  Cohort: 'Cohort',
};

/** @returns what is deleted together with the thing of a global id; null if nothing of its kind is ever deleted */
function graveOf({ type, key }: GlobalId): Grave | null {
  switch (type) {
    case 'Dataset':
    case 'Patient':
    case 'Study':
    case 'Series':
    case 'BookmarkedImage':
    case 'Lesion':
      return { kind: 'Dataset', key: key.dataset };
    case 'DetectionRun':
    case 'Categorization':
    case 'Cohort':
      return { kind: type, key: key.uuid };
    case 'Detection':
      return { kind: 'DetectionRun', key: key.run };
    case 'PseudoCluster':
      return { kind: 'Categorization', key: key.categorization };
    default:
      return null;
  }
}

/**
 * For the global id of something that is not there.
 *
 * @throws NotFound that says when and why it was deleted, if it was
 */
export async function refuseDeleted(database: Queryable, id: GlobalId, argument: string): Promise<void> {
  const grave = graveOf(id);
  const tombstone = grave && (await findTombstone(database, grave));
  if (!tombstone) return;
  const { kind, key, deletedAt, reason } = tombstone;
  const name = kind === 'Dataset' ? `${NAMES[kind]} ${key}` : NAMES[kind];
  const what = id.type === kind ? name : `The ${name.charAt(0).toLowerCase()}${name.slice(1)} that it belonged to`;
  throw new NotFound(`${what} was deleted on ${deletedAt.toISOString().slice(0, 10)}: ${reason}`, argument);
}
