/** Strata of the caller's own: named subsets of the lesions, each chosen by a filter. They are part of the protocol. */
import { canonicalJson, canonicalRequest } from '../canonicalJson';
import { type Queryable, SqlParameters } from '../database';
import { type LesionFilter, lesionFilterSql, someFilter } from '../dataset';
import { BadUserInput, quoted } from '../errors';
import type { Stratum } from '../evaluation';
import { isStorable } from '../storableText';

/** A named subset of the lesions. Detections are never filtered: hits on other lesions are false positives. */
export interface OwnStratum {
  /** without a colon, which the names of the server's own strata have */
  name: string;
  /** of lesions of the run's data set version, which it does not name */
  filter: LesionFilter;
}

export const MAX_OWN_STRATA = 50;
const MAX_NAME = 60;

/**
 * Checks strata as they were requested.
 *
 * @returns them as they are stored: fields that are null are left out
 * @throws BadUserInput naming `strata`
 */
export function readOwnStrata(strata: readonly OwnStratum[]): OwnStratum[] {
  const refuse = (sentence: string): never => {
    throw new BadUserInput(sentence, 'strata');
  };
  if (strata.length > MAX_OWN_STRATA) refuse(`Expected at most ${MAX_OWN_STRATA} strata, got ${strata.length}.`);
  const names = new Set<string>();
  return strata.map(({ name, filter }) => {
    if (!isName(name))
      refuse(
        `Expected the name of a stratum to have 1 to ${MAX_NAME} characters, no colon and no space at its ends, and ` +
          `not to be ALL, got ${quoted(name)}.`,
      );
    if (names.has(name)) refuse(`Expected strata with different names, got ${quoted(name)} more than once.`);
    names.add(name);
    if (someFilter(filter, ({ dataset }) => dataset != null))
      refuse(`Expected the filter of stratum ${quoted(name)} to name no dataset: its lesions are those of the run.`);
    checkFilter(filter);
    const stored: OwnStratum = JSON.parse(canonicalRequest({ name, filter }));
    return stored;
  });
}

/**
 * The strata of two protocols together, or of a run and of a request.
 *
 * @throws BadUserInput if two of one name have different filters
 */
export function mergeOwnStrata(...lists: readonly (readonly OwnStratum[] | undefined)[]): OwnStratum[] {
  const merged = new Map<string, OwnStratum>();
  for (const stratum of lists.flatMap((list) => list ?? [])) {
    const known = merged.get(stratum.name);
    if (known && canonicalJson(known.filter) !== canonicalJson(stratum.filter))
      throw new BadUserInput(
        `Expected stratum ${quoted(stratum.name)} to have one filter, got two: rename one of them.`,
        'strata',
      );
    merged.set(stratum.name, stratum);
  }
  if (merged.size > MAX_OWN_STRATA)
    throw new BadUserInput(
      `Expected at most ${MAX_OWN_STRATA} strata, with those of the run, got ${merged.size}.`,
      'strata',
    );
  return [...merged.values()];
}

/**
 * Finds the lesions of each stratum.
 *
 * @param lesionIds row ids of the lesions that count, in their order
 * @returns a stratum each, without lesions if the filter chooses none
 */
export async function findOwnStrata(
  database: Queryable,
  runId: number,
  lesionIds: readonly number[],
  strata: readonly OwnStratum[],
): Promise<Stratum[]> {
  const found: Stratum[] = [];
  for (const { name, filter } of strata) {
    const parameters = new SqlParameters();
    const ofRun = `run_image.run_id = ${parameters.add(runId)}::int4`;
    const rows = await database.query<{ id: number }>({
      text: `
        SELECT lesion.id FROM run_image JOIN lesion ON lesion.image_id = run_image.image_id
        WHERE ${ofRun} AND run_image.state = 'COMPLETED' AND ${lesionFilterSql(filter, parameters)}`,
      values: parameters.values,
    });
    const chosen = new Set(rows.map(({ id }) => id));
    const places = lesionIds.flatMap((id, place) => (chosen.has(id) ? [place] : []));
    found.push({ name, lesions: Int32Array.from(places) });
  }
  return found;
}

function isName(name: string): boolean {
  if (name.length < 1 || name.length > MAX_NAME || name !== name.trim() || !isStorable(name)) return false;
  return !name.includes(':') && !/\p{Cc}/u.test(name) && name.toUpperCase() !== 'ALL';
}

/** @throws BadUserInput for a filter that cannot be compiled, before it is stored */
function checkFilter(filter: LesionFilter): void {
  lesionFilterSql(filter, new SqlParameters());
}
