/**
 * Returns a row whose existence a foreign key guarantees.
 *
 * @throws Error if it was deleted between two statements, e.g. together with its data set
 */
export function present<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw new Error('A row that a foreign key refers to no longer exists.');
  return row;
}
