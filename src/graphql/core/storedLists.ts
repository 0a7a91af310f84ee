/** The lists whose length in the complexity of a query is that of the stored rows: those of runs and evaluations. */
import { type Database, type Queryable, readPage } from '../../database';
import { isOf, parseGlobalId, toGlobalId } from '../../globalId';
import {
  type EvaluationSizes,
  evaluationKey,
  evaluationListing,
  findEvaluationsByKey,
  idsOfEvaluationsOfRuns,
  sizesOfEvaluations,
} from '../../results';
import { countDetectionsUpTo, countImagesUpTo, findRunsByKey, type RunSize, runKey, runListing } from '../../runs';
import type { DetectionRunListArgs } from '../detection/listArgs';
import { toEvaluationFilter } from '../evaluation/evaluationFilter';
import type { EvaluationListArgs } from '../evaluation/listArgs';
import { orderingName } from './cursor';
import { LruMap } from './lru';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type PageArgs, readWindow } from './pageArgs';
import { type ListAnswer, type ListQuestion, ROOT, type StoredItems } from './priceWalk';

/** Number of evaluations whose sizes are cached, with about a hundred bytes each. */
const REMEMBERED_EVALUATIONS = 20_000;
/** Maximum number of parents of one request; lists under more count by their bounds. */
const MAX_PARENTS = 10_000;

type Find = (database: Database, question: ListQuestion) => Promise<ListAnswer>;

/** Returns the lengths of lists. One instance serves all requests of a server and caches what never changes. */
export class StoredLists {
  private readonly evaluations = new LruMap<number, EvaluationSizes>(REMEMBERED_EVALUATIONS);

  private readonly finders: Readonly<Record<string, Find>> = {
    'Query.detectionRuns': findRunPage,
    'Query.evaluations': findEvaluationPage,
    'DetectionRun.detections': pagesOfRuns(countDetectionsUpTo),
    'DetectionRun.images': pagesOfRuns(countImagesUpTo),
    'DetectionRun.evaluations': findEvaluationsOfRuns,
    // A comparison is identified by its evaluations, each of which is one of its items.
    'EvaluationComparison.evaluations': async (_database, { parents }) =>
      new Map(parents.map((id) => [id, [{ count: 1, ids: [id] }]])),
    'EvaluationComparison.differences': async (_database, { parents }) =>
      new Map(parents.slice(1).map((id) => [id, [{ count: 1 }]])),
    // A stratum is identified by its evaluation.
    'Evaluation.strata': (database, question) =>
      this.ofEvaluations(database, question, ({ strata, evaluationId }) => ({ count: strata, allOf: evaluationId })),
    'Evaluation.accuracyCurve': (database, question) =>
      this.ofEvaluations(database, question, ({ accuracyPoints }) => ({ count: accuracyPoints })),
    'Stratum.accuracyCurve': (database, question) =>
      this.ofEvaluations(database, question, ({ accuracyPoints }) => ({ count: accuracyPoints })),
  };

  /**
   * @returns the minimum length of the list, without access to the stored rows: no rows, except for those requested
   *   by their ids. Undefined if the length of the list never depends on stored rows
   */
  least(question: ListQuestion): ListAnswer | undefined {
    const ids = idsNamed(question);
    return ids ? itemsNamed(question, ids, unknownRows(ids)) : this.finderOf(question) && new Map();
  }

  /**
   * @returns the maximum length of the list under each parent; undefined if it is unknown
   * @throws UserError for arguments that the list itself refuses
   */
  async find(database: Database, question: ListQuestion): Promise<ListAnswer | undefined> {
    const ids = idsNamed(question);
    if (ids) return itemsNamed(question, ids, await findRows(database, ids));
    return this.finderOf(question)?.(database, question);
  }

  private finderOf({ list, parents }: ListQuestion): Find | undefined {
    return Object.hasOwn(this.finders, list) && parents.length <= MAX_PARENTS ? this.finders[list] : undefined;
  }

  private async ofEvaluations(
    database: Queryable,
    { parents }: ListQuestion,
    itemsOf: (sizes: EvaluationSizes) => StoredItems,
  ): Promise<ListAnswer> {
    const known = new Map<number, EvaluationSizes>();
    for (const id of parents) {
      const sizes = this.evaluations.get(id);
      if (sizes) known.set(id, sizes);
    }
    const missing = parents.filter((id) => !known.has(id));
    const found = missing.length > 0 ? await sizesOfEvaluations(database, missing) : [];
    for (const sizes of found) {
      this.evaluations.set(sizes.evaluationId, sizes);
      known.set(sizes.evaluationId, sizes);
    }
    return new Map([...known].map(([id, sizes]) => [id, [itemsOf(sizes)]]));
  }
}

const COMPARISON = 'Query.compareEvaluations';
/** Fields that return the object with the id, whose type is known by itself. */
const LOOK_UPS = new Set(['Query.detectionRun', 'Query.evaluation']);

/** @returns the ids that the arguments of a list name; undefined for other lists */
function idsNamed({ list, args }: ListQuestion): unknown[] | undefined {
  if (list === 'Query.nodes' || list === COMPARISON) return Array.isArray(args.ids) ? args.ids : [];
  return list === 'Query.node' || LOOK_UPS.has(list) ? [args.id] : undefined;
}

/** Row ids by global ids; an id of nothing that has lists of a known length is not there. */
type RowsOfIds = ReadonlyMap<string, number>;

/** Stands for rows that have not been looked up: the numbers are those of no row. */
function unknownRows(ids: readonly unknown[]): RowsOfIds {
  return new Map(ids.filter(isText).map((id, place) => [id, -1 - place]));
}

/** @returns the rows of runs and evaluations, in one statement a type */
async function findRows(database: Queryable, ids: readonly unknown[]): Promise<RowsOfIds> {
  const named = ids.filter(isText).flatMap((text) => parseGlobalId(text) ?? []);
  const runs = named.flatMap((id) => (isOf(id, 'DetectionRun') ? [id.key] : []));
  const evaluations = named.flatMap((id) => (isOf(id, 'Evaluation') ? [id.key] : []));
  const [foundRuns, foundEvaluations] = await Promise.all([
    runs.length > 0 ? findRunsByKey(database, runs) : [],
    evaluations.length > 0 ? findEvaluationsByKey(database, evaluations) : [],
  ]);
  return new Map([
    ...foundRuns.map((run): [string, number] => [toGlobalId('DetectionRun', runKey(run)), run.id]),
    ...foundEvaluations.map((one): [string, number] => [toGlobalId('Evaluation', evaluationKey(one)), one.id]),
  ]);
}

function itemsNamed({ list }: ListQuestion, ids: readonly unknown[], rows: RowsOfIds): ListAnswer {
  const items = itemsOfIds(ids, rows);
  if (list === COMPARISON) return new Map([[ROOT, [{ count: 1, ids: items.flatMap(({ ids = [] }) => ids) }]]]);
  return new Map([[ROOT, LOOK_UPS.has(list) ? items.map(({ type: _, ...item }) => item) : items]]);
}

/** A value that is not a global id may have any type. */
function itemsOfIds(ids: readonly unknown[], rows: RowsOfIds): StoredItems[] {
  const byType = new Map<string | undefined, { count: number; ids: number[] }>();
  for (const id of ids) {
    const type = isText(id) ? parseGlobalId(id)?.type : undefined;
    const items = byType.get(type) ?? { count: 0, ids: [] };
    const row = isText(id) ? rows.get(id) : undefined;
    items.count += 1;
    if (row !== undefined) items.ids.push(row);
    byType.set(type, items);
  }
  return [...byType].map(([type, items]) => (type === undefined ? { count: items.count } : { type, ...items }));
}

const isText = (value: unknown): value is string => typeof value === 'string';

async function findRunPage(database: Database, { args }: ListQuestion): Promise<ListAnswer> {
  // graphql-js coerces the arguments as for the resolver of the field, which reads them for the response.
  const { filter, orderBy, ...page } = args as unknown as DetectionRunListArgs;
  const listing = runListing(filter ?? {}, orderBy ?? []);
  const window = readWindow(page, orderingName('DetectionRun', orderBy ?? [], (await database.identity()).id), listing);
  return pageOf((await readPage(database, listing, window)).rows);
}

async function findEvaluationPage(database: Database, { args }: ListQuestion): Promise<ListAnswer> {
  const { filter, orderBy, ...page } = args as unknown as EvaluationListArgs;
  const listing = evaluationListing(toEvaluationFilter(filter ?? {}), orderBy ?? []);
  const window = readWindow(page, orderingName('Evaluation', orderBy ?? [], (await database.identity()).id), listing);
  return pageOf((await readPage(database, listing, window)).rows);
}

function pageOf(rows: readonly { id: number }[]): ListAnswer {
  return new Map([[ROOT, [{ count: rows.length, ids: rows.map(({ id }) => id) }]]]);
}

async function findEvaluationsOfRuns(database: Queryable, { parents, args }: ListQuestion): Promise<ListAnswer> {
  const byRun = new Map<number, number[]>(parents.map((id) => [id, []]));
  for (const { runId, evaluationId } of await idsOfEvaluationsOfRuns(database, parents, pageSizeOf(args)))
    byRun.get(runId)?.push(evaluationId);
  return new Map([...byRun].map(([runId, ids]) => [runId, [{ count: ids.length, ids }]]));
}

/** The pages of a list under runs; a filter can only make them shorter. */
function pagesOfRuns(
  count: (database: Queryable, runIds: readonly number[], atMost: number) => Promise<RunSize[]>,
): Find {
  return async (database, { parents, args }) => {
    const sizes = await count(database, parents, pageSizeOf(args));
    return new Map(sizes.map((size) => [size.runId, [{ count: size.count }]]));
  };
}

/** The list itself refuses an invalid page size. */
function pageSizeOf({ first, last }: Pick<PageArgs, 'first' | 'last'>): number {
  const size = first ?? last ?? DEFAULT_PAGE_SIZE;
  return typeof size === 'number' ? Math.min(Math.max(size, 0), MAX_PAGE_SIZE) : DEFAULT_PAGE_SIZE;
}
