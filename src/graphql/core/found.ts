/**
 * A row that a foreign key promises.
 *
 * @throws Error where it is gone between two statements, as when a data set is deleted meanwhile
 */
export function present<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw new Error('A row that a foreign key refers to no longer exists.');
  return row;
}
