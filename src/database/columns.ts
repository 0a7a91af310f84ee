/** The columns of a table by the names that a row has in TypeScript. */
export type Columns<Row> = { readonly [Name in keyof Row & string]: string };

/**
 * The select list of a table, every column under its TypeScript name.
 *
 * @param prefix stands before each name, so that several tables fit into one row
 */
export function selectColumns<Row>(columns: Columns<Row>, alias: string, prefix = ''): string {
  return Object.entries<string>(columns)
    .map(([name, column]) => `${alias}.${column} AS "${prefix}${name}"`)
    .join(', ');
}

/** Takes one table's row out of a row that `selectColumns` filled with a prefix. */
export function columnReader<Row>(columns: Columns<Row>, prefix: string): (flat: Record<string, unknown>) => Row {
  const names = Object.keys(columns);
  return (flat) => {
    const row: Record<string, unknown> = {};
    for (const name of names) row[name] = flat[prefix + name];
    return row as Row;
  };
}
