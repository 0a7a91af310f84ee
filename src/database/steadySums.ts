/**
 * Means and deviations that do not depend on the order in which PostgreSQL meets the rows. Sums of floats do: the last
 * digit of an answer would change with a plan, a version of PostgreSQL or a restore, where answers stay the same to the
 * byte.
 */

/** Values are summed as whole multiples of this part of a unit, so that a mean is off by 3e-14 at most. */
const PARTS = 2 ** 44;
/** Greater values do not fit; then floats are summed. */
const MOST = 2 ** 18;

/** Nothing for a value that does not fit, as for one that is missing. */
const parts = (column: string): string =>
  `CASE WHEN abs(${column}) < ${MOST} THEN (${column} * ${PARTS}::float8)::int8 END`;

const unlessTooGreat = (column: string, steady: string, ofFloats: string): string =>
  `CASE WHEN max(abs(${column})) < ${MOST} THEN ${steady} ELSE ${ofFloats}(${column}) END`;

/** @param column an SQL expression of float8 @returns the SQL of its mean over the rows of a group */
export const meanSql = (column: string): string =>
  unlessTooGreat(column, `(avg(${parts(column)}) / ${PARTS})::float8`, 'avg');

/** @param column an SQL expression of float8 @returns the SQL of its standard deviation in a sample */
export const deviationSql = (column: string): string =>
  unlessTooGreat(column, `sqrt(var_samp(${parts(column)})::float8) / ${PARTS}`, 'stddev_samp');
