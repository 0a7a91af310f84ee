/** What became of each detection and each lesion of stored evaluations, at any threshold: nothing is stored. */
import type { OrderBy, PageWindow, Queryable } from '../database';
import { rankDetections } from '../evaluation';
import { checkRange, expectStratum } from './analysisArguments';
import { findCircumstanceStrata, labelOfCircumstance } from './circumstanceStrata';
import { findStrata } from './evaluatedStrata';
import type { EvaluationAnalyses, LoadedEvaluation } from './evaluationAnalysis';
import { loadEvaluationData } from './evaluationData';
import type { EvaluationRow } from './evaluationRows';
import {
  countByImage,
  errorsOf,
  type ImageCounts,
  type MemoryPage,
  type OutcomeChoice,
  OutcomeList,
  readMemoryPage,
  sortRows,
} from './outcomePages';
import { outcomeRulesOf, type RulesChoice } from './outcomeRules';
import { type Outcome, type OutcomeCounts, OutcomeTable } from './outcomeTable';
import { strataOf } from './strata';

/** Under which rules, and of which lesions. */
export interface OutcomeTableChoice extends RulesChoice {
  /** ALL unless given */
  readonly stratum?: string | undefined;
}

export interface OutcomeListSelection extends OutcomeTableChoice, OutcomeChoice {}

/** A page of outcomes, and the counts of all that there are under its rules. */
export interface OutcomePage extends MemoryPage<Outcome> {
  readonly counts: OutcomeCounts;
}

export const IMAGE_ERROR_FIELDS = ['ERRORS', 'FALSE_POSITIVES', 'MISSED', 'IMAGE'] as const;
export type ImageErrorField = (typeof IMAGE_ERROR_FIELDS)[number];

export interface ImageErrorSelection extends OutcomeTableChoice {
  readonly scoreAtLeast?: number | undefined;
  /** falling ERRORS unless given */
  readonly orderBy?: readonly OrderBy<ImageErrorField>[] | undefined;
}

/** The outcomes of one image. */
export interface ImageOutcomes extends ImageCounts {
  /** in the order of the image's detections, then its lesions */
  readonly outcomes: readonly Outcome[];
}

/** Tables and lists in memory, of all evaluations together: some 25 MB for 500,000 detections, and 8 MB a list. */
const MAX_TABLES = 4;
const MAX_LISTS = 8;
export const WORST_FIRST: readonly OrderBy<ImageErrorField>[] = [{ field: 'ERRORS', direction: 'DESC' }];

/** What was made of boxes in memory, those asked for last at the end. */
class Kept<Made> {
  private readonly made = new Map<string, { readonly of: unknown; readonly value: Made }>();

  constructor(private readonly most: number) {}

  /** @param of what it was made of: if that was read again, it is made again */
  get(name: string, of: unknown, make: () => Made): Made {
    const known = this.made.get(name);
    this.made.delete(name);
    const kept = known && known.of === of ? known : { of, value: make() };
    this.made.set(name, kept);
    for (const oldest of this.made.keys()) {
      if (this.made.size <= this.most) break;
      this.made.delete(oldest);
    }
    return kept.value;
  }
}

/** Lists the outcomes of evaluations whose boxes `EvaluationAnalyses` keeps. */
export class OutcomeAnalyses {
  private readonly tables = new Kept<OutcomeTable>(MAX_TABLES);
  private readonly lists = new Kept<OutcomeList>(MAX_LISTS);
  private readonly images = new Kept<{ rows: Int32Array; keys: Float64Array[]; counts: ImageCounts[] }>(MAX_LISTS);

  constructor(private readonly analyses: EvaluationAnalyses) {}

  /**
   * Lists outcomes.
   *
   * @throws NotFound if the evaluation is gone
   * @throws BadUserInput naming the argument
   */
  async outcomes(evaluationId: number, selection: OutcomeListSelection, window: PageWindow): Promise<OutcomePage> {
    const { kinds, detections, scoreAtLeast, orderBy, ...choice } = selection;
    checkScore(scoreAtLeast);
    const table = await this.table(evaluationId, choice);
    const name = JSON.stringify([evaluationId, selection]);
    const list = this.lists.get(
      name,
      table,
      () => new OutcomeList(table, { kinds, detections, scoreAtLeast, orderBy }),
    );
    return { ...list.page(window), counts: list.counts };
  }

  /**
   * Lists the images of an evaluation with the counts of their outcomes.
   *
   * @throws as {@link outcomes}
   */
  async imagesByErrors(
    evaluationId: number,
    selection: ImageErrorSelection,
    window: PageWindow,
  ): Promise<MemoryPage<ImageCounts>> {
    const { scoreAtLeast = Number.NEGATIVE_INFINITY, orderBy = WORST_FIRST, ...choice } = selection;
    checkScore(selection.scoreAtLeast);
    const table = await this.table(evaluationId, choice);
    const { rows, keys, counts } = this.images.get(JSON.stringify([evaluationId, selection]), table, () => {
      const counted = countByImage(table, scoreAtLeast);
      const places = Int32Array.from(counted, (_, place) => place);
      const sorted = sortRows(places, orderBy, (field) => (place) => valueOfImage(counted[place]!, field));
      return { ...sorted, counts: counted };
    });
    const compare = (place: number, position: readonly unknown[]): number => {
      for (const [at, key] of keys.entries())
        if (key[place] !== position[at]) return key[place]! < Number(position[at]) ? 1 : -1;
      return counts[rows[place]!]!.imageId - Number(position.at(-1));
    };
    return readMemoryPage(rows.length, window, {
      isBeyond: (place, position) => compare(place, position) > 0,
      isFrom: (place, position) => compare(place, position) >= 0,
      positionAt: (place) => JSON.stringify([...keys.map((key) => key[place]), counts[rows[place]!]!.imageId]),
      rowAt: (place) => counts[rows[place]!]!,
    });
  }

  private async table(evaluationId: number, choice: OutcomeTableChoice): Promise<OutcomeTable> {
    const loaded = await this.analyses.load(evaluationId);
    return this.tables.get(JSON.stringify([evaluationId, choice]), loaded.data, () => tableOf(loaded, choice));
  }
}

function valueOfImage({ imageId, counts }: ImageCounts, field: ImageErrorField): number {
  switch (field) {
    case 'ERRORS':
      return errorsOf(counts);
    case 'FALSE_POSITIVES':
      return counts.falsePositives;
    case 'MISSED':
      return counts.MISSED;
    case 'IMAGE':
      return imageId;
  }
}

function tableOf(
  { row, data, ranking, strata }: Pick<LoadedEvaluation, 'row' | 'data' | 'ranking' | 'strata'>,
  { stratum: name = 'ALL', ...choice }: OutcomeTableChoice,
): OutcomeTable {
  const rules = outcomeRulesOf(row.protocol, choice);
  const stratum = expectStratum(strata, name);
  return new OutcomeTable({ data, ranking }, stratum, rules);
}

/**
 * The outcomes of a few images, which are read by themselves: the same as in the list of all.
 *
 * @param imageIds at most a page of them
 * @returns one item an image that the run has a result for, or that has lesions; none for other images
 * @throws BadUserInput naming the argument
 */
export async function findOutcomesOfImages(
  database: Queryable,
  row: EvaluationRow,
  imageIds: readonly number[],
  { scoreAtLeast, ...choice }: OutcomeTableChoice & { readonly scoreAtLeast?: number | undefined } = {},
): Promise<ImageOutcomes[]> {
  checkScore(scoreAtLeast);
  const table = await loadOutcomeTable(database, row, choice, imageIds);
  const from = scoreAtLeast ?? Number.NEGATIVE_INFINITY;
  const outcomesOf = new Map<number, Outcome[]>();
  for (let at = 0; at < table.length; at++) {
    const imageId = table.imageId[at]!;
    const known = outcomesOf.get(imageId) ?? [];
    outcomesOf.set(imageId, known);
    if (table.isThere(at, from)) known.push(table.read(at, from));
  }
  const countsOf = new Map(countByImage(table, from).map(({ imageId, counts }) => [imageId, counts]));
  return [...outcomesOf].map(([imageId, outcomes]) => ({ imageId, outcomes, counts: countsOf.get(imageId)! }));
}

/**
 * Reads an evaluation and finds all its outcomes.
 *
 * @param onlyImages when given, only these few images are read
 * @throws BadUserInput naming the argument
 */
export async function loadOutcomeTable(
  database: Queryable,
  row: EvaluationRow,
  choice: OutcomeTableChoice,
  onlyImages?: readonly number[],
): Promise<OutcomeTable> {
  const { categorization, possiblyNoisyLesions, reviews, detections } = row.protocol;
  const data = await loadEvaluationData(database, {
    ...{ runId: row.runId, categorization: categorization?.id ?? null, possiblyNoisyLesions },
    ...{ reviews: reviews ?? null, scoreFloor: detections.scoreFloor, withLeftOut: true },
    ...(onlyImages && { onlyImages }),
  });
  const { stratum: name = 'ALL' } = choice;
  const isCircumstance = labelOfCircumstance(name) !== null;
  const strata = isCircumstance
    ? await findCircumstanceStrata(database, row.runId, data.lesions)
    : strataOf(data.lesions);
  // A stratum of the evaluation may have no lesion on these images.
  if (onlyImages && strata.every((one) => one.name !== name)) {
    const stored = isCircumstance ? [] : await findStrata(database, [row.id]);
    if (isCircumstance || stored.some(({ stratum }) => stratum === name))
      strata.push({ name, lesions: new Int32Array(0) });
  }
  return tableOf({ row, data, ranking: rankDetections(data.images), strata }, choice);
}

function checkScore(scoreAtLeast: number | undefined): void {
  checkRange('scoreAtLeast', scoreAtLeast ?? 0, 1);
}
