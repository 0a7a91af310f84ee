import { type DatasetMember, nameMembers } from '../../dataset';
import type { GraphContext } from './context';

/**
 * Fills the name of its data set version into a row that no loader and no list read: its id is made of that.
 *
 * @returns the same row
 */
export async function named<Row extends DatasetMember>(
  { services, database }: GraphContext,
  row: Row | null,
): Promise<Row | null> {
  if (row) await nameMembers(services.database, [row], database);
  return row;
}

/** Fills the names of their data set versions into those rows of a page that belong to one. */
export async function namePage({ services, database }: GraphContext, rows: readonly unknown[]): Promise<void> {
  await nameMembers(services.database, rows.filter(isDatasetMember), database);
}

function isDatasetMember(row: unknown): row is DatasetMember {
  return typeof row === 'object' && row !== null && 'datasetId' in row;
}
