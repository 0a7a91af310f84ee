/**
 * Ranks of entries that were measured on the same patients. All pairs of entries are compared at once: two are told apart
 * if the difference of their values exceeds the simultaneous 95 % bound of the bootstrap (the greatest studentized
 * difference over all pairs; Romano, Wolf 2005), and the rank of an entry is then known up to the entries that cannot be
 * told apart from it (Mogstad, Romano, Shaikh, Wilhelm 2024, "Inference for Ranks"). The joint resampling of all entries is
 * that of challengeR (Wiesenfarth et al. 2021).
 */
import { type Interval, intervalOf } from './bootstrap';

/** An entry and its value in each of the joint draws. */
export interface DrawnEntry {
  /** tells it from the others; the order of entries does not matter */
  readonly key: string;
  /** greater is better */
  readonly value: number;
  /** B, in the order of the draws, the same draws for all entries; NaN if a draw has no lesion */
  readonly draws: Float64Array;
}

/** Where an entry stands. */
export interface RankedEntry {
  readonly key: string;
  readonly value: number;
  /** 95 % interval of the value over patients, of this entry alone; null without draws */
  readonly interval: Interval | null;
  /** of its group: 1 plus the number of entries in better groups */
  readonly rank: number;
  /** 1 plus the number of entries that are told apart from it and better */
  readonly rankLow: number;
  /** the number of all entries less those that are told apart from it and worse */
  readonly rankHigh: number;
  /** from 1; by falling value, an entry begins a group if it is told apart from any entry of the group before it */
  readonly group: number;
  /** whether it cannot be told apart from the entry with the greatest value */
  readonly tiedWithBest: boolean;
}

export interface RankedBoard {
  /** by falling value, equal ones by key */
  readonly entries: readonly RankedEntry[];
  /** any two of the entries that differ by more are told apart; null if no two entries differ, or too few patients */
  readonly resolvableDifference: number | null;
}

/** An entry before it is drawn. */
export interface MeasuredEntry<Content> {
  readonly key: string;
  readonly value: number;
  /** what the draws are made of */
  readonly content: Content;
}

/**
 * Draws all entries together and ranks them; neither the order of entries nor that of patients changes anything.
 *
 * @param draw measures all entries in the same draws, such as `drawAccuracies`
 * @param patientCount as {@link rankEntries}
 * @throws RangeError as {@link rankEntries}
 */
export function rankJointly<Content>(
  entries: readonly MeasuredEntry<Content>[],
  draw: (contents: readonly Content[]) => readonly Float64Array[],
  patientCount: number,
): RankedBoard {
  const byKey = [...entries].sort((a, b) => compareKeys(a.key, b.key));
  const draws = draw(byKey.map(({ content }) => content));
  return rankEntries(
    byKey.map(({ key, value }, at) => ({ key, value, draws: draws[at]! })),
    patientCount,
  );
}

/** With fewer, not even the exact sign test over patients who all agree reaches 5 %: 2 · 2⁻⁵ = 0.0625. */
const LEAST_PATIENTS_TO_RANK = 6;
const LEVEL = 0.95;

/**
 * @param patientCount patients with lesions that count
 * @throws RangeError if entries have different numbers of draws, or two have one key
 */
export function rankEntries(entries: readonly DrawnEntry[], patientCount: number): RankedBoard {
  checkEntries(entries);
  const sorted = [...entries].sort((a, b) => b.value - a.value || compareKeys(a.key, b.key));
  const { isApart, resolvableDifference } = compareAll(sorted, patientCount);
  const groups = groupsOf(sorted.length, isApart);
  return {
    resolvableDifference,
    entries: sorted.map(({ key, value, draws }, at) => ({
      key,
      value,
      interval: intervalOf(draws),
      rank: groups.indexOf(groups[at]!) + 1,
      rankLow: 1 + countWhere(sorted.length, (other) => other < at && isApart(other, at)),
      rankHigh: sorted.length - countWhere(sorted.length, (other) => other > at && isApart(at, other)),
      group: groups[at]!,
      tiedWithBest: at === 0 || !isApart(0, at),
    })),
  };
}

const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function checkEntries(entries: readonly DrawnEntry[]): void {
  if (new Set(entries.map(({ key }) => key)).size < entries.length)
    throw new RangeError('Expected the keys of entries to differ.');
  if (new Set(entries.map(({ draws }) => draws.length)).size > 1)
    throw new RangeError('Expected all entries to have the same draws.');
}

function countWhere(count: number, fits: (at: number) => boolean): number {
  let found = 0;
  for (let at = 0; at < count; at++) if (fits(at)) found++;
  return found;
}

/** @returns the group of each entry, from 1 */
function groupsOf(count: number, isApart: (better: number, worse: number) => boolean): number[] {
  const groups: number[] = [];
  let [first, group] = [0, 1];
  for (let at = 0; at < count; at++) {
    // From any of the group, not from the first alone: an entry may be told apart from the second and not from the first.
    if (countWhere(at - first, (member) => isApart(first + member, at)) > 0) {
      first = at;
      group++;
    }
    groups.push(group);
  }
  return groups;
}

interface Comparisons {
  isApart(better: number, worse: number): boolean;
  resolvableDifference: number | null;
}

/** Compares all pairs of entries, sorted by falling value, at once. */
function compareAll(entries: readonly DrawnEntry[], patientCount: number): Comparisons {
  const defined = definedDraws(entries);
  if (patientCount < LEAST_PATIENTS_TO_RANK || defined.length < 2)
    return { isApart: () => false, resolvableDifference: null };
  const count = entries.length;
  const deviations = new Float64Array(count * count);
  const greatest = new Float64Array(defined.length);
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++)
      deviations[a * count + b] = addPair(entries[a]!, entries[b]!, defined, greatest);
  const sorted = greatest.sort();
  const critical = sorted[Math.min(sorted.length - 1, Math.ceil(LEVEL * sorted.length))]!;
  const most = deviations.reduce((one, other) => Math.max(one, other), 0);
  return {
    isApart: (a, b) => entries[a]!.value - entries[b]!.value > critical * deviations[a * count + b]!,
    resolvableDifference: most > 0 ? critical * most : null,
  };
}

/** Draws in which each entry has a value. */
function definedDraws(entries: readonly DrawnEntry[]): Int32Array {
  const draws = Int32Array.from({ length: entries[0]?.draws.length ?? 0 }, (_, draw) => draw);
  return draws.filter((draw) => entries.every((entry) => !Number.isNaN(entry.draws[draw]!)));
}

/**
 * @param greatest takes the studentized difference of each draw where it is the greatest so far
 * @returns the standard deviation of the difference over the draws
 */
function addPair(a: DrawnEntry, b: DrawnEntry, defined: Int32Array, greatest: Float64Array): number {
  const observed = a.value - b.value;
  let [sum, squares] = [0, 0];
  for (const draw of defined) {
    const difference = a.draws[draw]! - b.draws[draw]! - observed;
    sum += difference;
    squares += difference * difference;
  }
  const mean = sum / defined.length;
  const deviation = Math.sqrt(Math.max(0, squares / defined.length - mean * mean));
  if (deviation === 0) return 0;
  for (let i = 0; i < defined.length; i++) {
    const draw = defined[i]!;
    const studentized = Math.abs(a.draws[draw]! - b.draws[draw]! - observed) / deviation;
    if (studentized > greatest[i]!) greatest[i] = studentized;
  }
  return deviation;
}
