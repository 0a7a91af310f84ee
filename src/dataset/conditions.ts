/** The small conditions that the filters are made of. */
import type { SqlParameters } from '../database';
import { BadUserInput } from '../errors';
import { MAX_FILTER_LIST } from './booleanFilter';

/** A closed interval; an omitted end is open. */
export interface FloatRange {
  gte?: number | null;
  lte?: number | null;
}

/** One data set version by its reference: `slug` is the latest, `slug@2` is version 2. */
export function datasetIdSql(reference: string, parameters: SqlParameters): string {
  const { slug, version } = parseDatasetReference(reference);
  const bySlug = `SELECT id FROM dataset WHERE slug = ${parameters.add(slug)}`;
  return version === null ? `(${bySlug} AND is_latest)` : `(${bySlug} AND version = ${parameters.add(version)}::int4)`;
}

/** @returns the slug and version of a data set reference; version null stands for the latest */
export function parseDatasetReference(reference: string): { slug: string; version: number | null } {
  const match = /^(.*)@([1-9]\d{0,8})$/s.exec(reference);
  return match ? { slug: match[1] ?? '', version: Number(match[2]) } : { slug: reference, version: null };
}

/** @returns a condition that holds for one of the values; for none if the list is empty */
export function oneOfSql(
  column: string,
  values: readonly unknown[],
  type: string,
  argument: string,
  parameters: SqlParameters,
): string {
  if (values.length > MAX_FILTER_LIST)
    throw new BadUserInput(
      `Expected at most ${MAX_FILTER_LIST} values in ${argument}, got ${values.length}.`,
      argument,
    );
  if (values.length === 1) return `${column} = ${parameters.add(values[0])}::${type}`;
  return `${column} = ANY(${parameters.add(values)}::${type}[])`;
}

/** @returns the conditions of an interval; a missing value lies in no interval */
export function rangeSql(column: string, range: FloatRange, argument: string, parameters: SqlParameters): string[] {
  const { gte, lte } = range;
  if (typeof gte === 'number' && typeof lte === 'number' && gte > lte)
    throw new BadUserInput(`Expected ${argument}.gte to be at most ${argument}.lte, got ${gte} and ${lte}.`, argument);
  const conditions: string[] = [];
  if (typeof gte === 'number') conditions.push(`${column} >= ${parameters.add(gte)}::float8`);
  if (typeof lte === 'number') conditions.push(`${column} <= ${parameters.add(lte)}::float8`);
  return conditions;
}

/** A filter field that is null counts as omitted. */
export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** @returns the condition that keeps superseded versions out of a list whose filter names no data set */
export function latestVersionSql(datasetColumn: string): string {
  return `${datasetColumn} IN (SELECT id FROM dataset WHERE is_latest)`;
}
