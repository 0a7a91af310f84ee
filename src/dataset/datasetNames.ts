/**
 * The names of data set versions, `slug@version`, by their row ids: what global ids are made of. They are remembered,
 * because a join for each row of each list would tell them over and over; they never change for as long as the database
 * is the same.
 */
import type { Database, Queryable } from '../database';
import { keepForDatabase } from '../database';

const namesOfDatabase = keepForDatabase(() => new Map<number, string>());

/**
 * Makes the names of these data set versions known to `datasetName`.
 *
 * @param query answers the one statement that is needed where not all of them are known
 * @returns row id → `slug@version`; a version that is gone is omitted
 */
export async function datasetNames(
  database: Database,
  ids: Iterable<number>,
  query: Queryable = database,
): Promise<ReadonlyMap<number, string>> {
  const known = await namesOfDatabase(database);
  const unknown = [...new Set(ids)].filter((id) => !known.has(id));
  if (unknown.length === 0) return known;
  const rows = await query.query<{ id: number; name: string }>({
    name: 'dataset.names',
    text: `SELECT id, slug || '@' || version AS name FROM dataset WHERE id = ANY($1::int4[])`,
    values: [unknown],
  });
  for (const { id, name } of rows) known.set(id, name);
  return known;
}

/** A row of a data set version, with the rows that came along above and below it. */
export interface DatasetMember {
  /** row id of the data set version */
  datasetId: number;
  /** `slug@version`, filled by `nameMembers` */
  datasetName?: string;
}

/** Rows above a member that came with it; they are of the same data set version. */
type Company = { [Name in 'image' | 'study' | 'series' | 'patient']?: DatasetMember };

/** Fills the name of their data set version into rows and all rows that came with them. @returns the same rows */
export async function nameMembers<Member extends DatasetMember>(
  database: Database,
  members: Member[],
  query: Queryable = database,
): Promise<Member[]> {
  const names = await datasetNames(
    database,
    members.map(({ datasetId }) => datasetId),
    query,
  );
  for (const member of members) {
    const name = names.get(member.datasetId);
    if (name !== undefined) fillName(member, name);
  }
  return members;
}

/** Rows in the lists of a row are not filled: they know the row above them, where `nameOfDataset` finds the name. */
function fillName(member: DatasetMember & Company, name: string): void {
  if (member.datasetName === name) return;
  member.datasetName = name;
  const { image, study, series, patient } = member;
  if (image) fillName(image, name);
  if (study) fillName(study, name);
  if (series) fillName(series, name);
  if (patient) fillName(patient, name);
}

/**
 * @returns `slug@version` of a row that `nameMembers` has filled, or of one in the lists of such a row
 * @throws Error for a row whose data set version was deleted between two statements
 */
export function nameOfDataset(member: DatasetMember): string {
  for (let row: (DatasetMember & Company) | undefined = member; row; row = row.image ?? row.study ?? row.patient)
    if (row.datasetName !== undefined) return row.datasetName;
  throw new Error('A row of a data set version came without the name of that.');
}
