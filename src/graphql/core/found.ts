/**
 * Returns a detail of a row (`ImageDetails`, `LesionDetails`). The name of the field that shows it is in `DETAILS` of
 * dataset/embedding.ts.
 *
 * @throws Error if it was omitted, although the field that shows it was selected
 */
export function detail<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('A column was omitted by the read of a row whose field shows it.');
  return value;
}

/**
 * Returns a row whose existence a foreign key guarantees.
 *
 * @throws Error if it was deleted between two statements, e.g. together with its data set
 */
export function present<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw new Error('A row that a foreign key refers to no longer exists.');
  return row;
}
