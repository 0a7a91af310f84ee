/**
 * The root fields that are read as JSON text, each by one statement. Arguments are read by the code that the resolvers read
 * them with.
 */
import { type FieldNode, type GraphQLField, type GraphQLSchema, getArgumentValues } from 'graphql';
import { countRows, type Listing, type Page, readPageKeysFirst, type Statement } from '../../database';
import {
  imageListing,
  isJsonDatasetType,
  type JsonDatasetType,
  jsonByKey,
  lesionListing,
  patientListing,
  studyListing,
} from '../../dataset';
import { type GlobalKeys, parseGlobalId } from '../../globalId';
import { toBookmarkedImageFilter } from '../dataset/bookmarkedImageFilter';
import { toLesionFilter } from '../dataset/lesionFilter';
import type { BookmarkedImageListArgs, LesionListArgs, PatientListArgs, StudyListArgs } from '../dataset/listArgs';
import { toPatientFilter } from '../dataset/patientFilter';
import { toStudyFilter } from '../dataset/studyFilter';
import type { Variables } from './conditions';
import { ConnectionPage } from './connectionPage';
import type { GraphContext } from './context';
import { orderingName } from './cursor';
import { type CollectedFields, type JsonSelection, NoJsonForm } from './jsonSelection';
import { type PageArgs, readWindow } from './pageArgs';
import { checkReferencesOf } from './references';

/**
 * Reads the value of a root field as JSON text.
 *
 * @returns undefined if the resolver has to answer: with null, or with an error
 */
export type ReadRoot = (context: GraphContext, variables: Variables) => Promise<string | undefined>;

/** A list of the graph whose pages are read as text. */
interface JsonList {
  readonly type: string;
  /** alias of a row of the list in its statement */
  readonly row: string;
  listing(args: Readonly<Record<string, unknown>>): Listing<unknown>;
}

/** @param listing of arguments that graphql-js has coerced to those of a class of type-graphql */
const listOf = <Args extends object>(
  type: string,
  row: string,
  listing: (args: Args) => Listing<unknown>,
): JsonList => ({ type, row, listing: (args) => listing(args as Args) });

const LISTS: Readonly<Record<string, JsonList>> = {
  patients: listOf('Patient', 'patient', ({ filter, orderBy }: PatientListArgs) =>
    patientListing(toPatientFilter(filter ?? {}), orderBy ?? []),
  ),
  studies: listOf('Study', 'study', ({ filter, orderBy }: StudyListArgs) =>
    studyListing(toStudyFilter(filter ?? {}), orderBy ?? []),
  ),
  bookmarkedImages: listOf('BookmarkedImage', 'image', ({ filter, orderBy }: BookmarkedImageListArgs) =>
    imageListing(toBookmarkedImageFilter(filter ?? {}), orderBy ?? []),
  ),
  lesions: listOf('Lesion', 'lesion', ({ filter, orderBy }: LesionListArgs) =>
    lesionListing(toLesionFilter(filter ?? {}), orderBy ?? []),
  ),
};

/** Root fields that find one object by the global id in their argument `id`, and the type that it has to be of. */
const LOOK_UPS: Readonly<Record<string, JsonDatasetType | null>> = { node: null, lesion: 'Lesion' };

/** The root fields that may be read as text. */
export const JSON_ROOTS: readonly string[] = [...Object.keys(LISTS), ...Object.keys(LOOK_UPS)];

/**
 * Compiles one root field.
 *
 * @param nodes all occurrences of the field in the operation
 * @throws NoJsonForm
 */
export function compileRoot(schema: GraphQLSchema, selection: JsonSelection, nodes: readonly FieldNode[]): ReadRoot {
  const [node] = nodes;
  const name = node?.name.value ?? '';
  const field = schema.getQueryType()?.getFields()[name];
  if (!node || !field) throw new NoJsonForm();
  const list = LISTS[name];
  if (list) return compileList(field, nodes, list, selection);
  const lookUp = LOOK_UPS[name];
  if (lookUp === undefined) throw new NoJsonForm();
  return compileLookUp(field, nodes, lookUp, selection);
}

function compileLookUp(
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  expected: JsonDatasetType | null,
  selection: JsonSelection,
): ReadRoot {
  const forms = new Map<JsonDatasetType, RowForm | null>();
  const formOf = (type: JsonDatasetType): RowForm | null => {
    const form = forms.get(type) ?? RowForm.of(selection, type, nodes);
    forms.set(type, form);
    return form;
  };
  if (expected && !formOf(expected)) throw new NoJsonForm();
  return async ({ database }, variables) => {
    const { id } = argumentsOf(field, nodes, variables);
    const found = typeof id === 'string' ? parseGlobalId(id) : null;
    if (!found || !isJsonDatasetType(found.type) || (expected && found.type !== expected)) return undefined;
    const form = formOf(found.type);
    // The key is of the grammar of the type.
    const key = found.key as GlobalKeys[JsonDatasetType];
    const [row] = form ? await database.query<JsonRow>(form.prepared(jsonByKey(found.type, key, form.sql))) : [];
    return row?.json;
  };
}

interface JsonRow {
  json: string;
}

/** After so many uses a statement is prepared, so that statements of passers-by do not stay on the connections. */
const USES_BEFORE_PREPARED = 5;
/** A connection keeps what it has prepared. */
const MAX_PREPARED = 200;
let prepared = 0;

/** The text of an object that is found by its key, in a statement that is prepared if it is used often. */
class RowForm {
  private uses = 0;
  private name: string | undefined;

  private constructor(readonly sql: string) {}

  /** @returns null if the selection has no form in SQL */
  static of(selection: JsonSelection, type: JsonDatasetType, nodes: readonly FieldNode[]): RowForm | null {
    try {
      return new RowForm(selection.objectSql(type, nodes, 'found'));
    } catch (thrown) {
      if (thrown instanceof NoJsonForm) return null;
      throw thrown;
    }
  }

  prepared(statement: Statement): Statement {
    if (++this.uses === USES_BEFORE_PREPARED && prepared < MAX_PREPARED) this.name = `json-${++prepared}`;
    return { ...statement, name: this.name };
  }
}

const argumentsOf = (
  field: GraphQLField<unknown, unknown>,
  [node]: readonly FieldNode[],
  variables: Variables,
): Record<string, unknown> => (node ? getArgumentValues(field, node, variables) : {});

function compileList(
  field: GraphQLField<unknown, unknown>,
  nodes: readonly FieldNode[],
  list: JsonList,
  selection: JsonSelection,
): ReadRoot {
  const text = compilePage(list, selection, nodes);
  const filterArgument = field.args.find(({ name }) => name === 'filter');
  return async (context, variables) => {
    const { database, services } = context;
    const args = argumentsOf(field, nodes, variables);
    const described = list.listing(args);
    const listing: Listing<ItemTexts> = {
      ...described,
      columns:
        text.items.length > 0 ? text.items.map((sql, index) => `${sql} AS json${index}`).join(', ') : '1 AS item',
      joins: undefined,
      read: (flat) => text.items.map((_sql, index) => String(flat[`json${index}`])),
    };
    const { orderBy, ...page } = args as PageArgs & Partial<LesionListArgs>;
    const ordering = orderingName(list.type, orderBy ?? [], (await services.database.identity()).id);
    const window = readWindow(page, ordering, listing);
    const read = text.needsPage ? await readPageKeysFirst(database, listing, window) : NO_PAGE;
    if (filterArgument && !(read.rows.length > 0 && isFlat(args.filter)))
      await checkReferencesOf(filterArgument, args.filter, context);
    const count = (): Promise<number> => countRows(database, listing);
    return text.write(new ConnectionPage(database, listing, window, ordering, read, read.rows, count));
  };
}

/** The texts of one item, of each form that is selected. */
type ItemTexts = readonly string[];

const NO_PAGE: Page<ItemTexts> = { rows: [], positions: [], hasMore: false };

/**
 * @returns whether all that a filter names by name or id has to be there if a row fits it: nothing in it is an alternative
 *   or a negation
 */
function isFlat(filter: unknown): boolean {
  if (typeof filter !== 'object' || filter === null) return true;
  return ['and', 'or', 'not'].every((part) => (Reflect.get(filter, part) ?? null) === null);
}

/** How the text of a page is made of the texts of its items. */
interface PageText {
  /** SQL of the forms in which items are selected, as in `nodes` and in `edges` */
  readonly items: readonly string[];
  readonly needsPage: boolean;
  write(page: ConnectionPage<ItemTexts>): Promise<string>;
}

type WriteMember = (page: ConnectionPage<ItemTexts>) => string | Promise<string>;
/** @returns the index of the form */
type AddItem = (fields: readonly FieldNode[]) => number;

/** @throws NoJsonForm */
function compilePage({ type, row }: JsonList, selection: JsonSelection, nodes: readonly FieldNode[]): PageText {
  const connection = `${type}Connection`;
  const items: string[] = [];
  const addItem: AddItem = (fields) => items.push(selection.objectSql(type, fields, row)) - 1;
  let needsPage = false;
  const memberOf = (fields: readonly FieldNode[]): WriteMember => {
    const name = fields[0]?.name.value;
    if (name === '__typename') return () => `"${connection}"`;
    if (name === 'totalCount') return async (page) => String(await page.count());
    needsPage = true;
    if (name === 'pageInfo') return compilePageInfo(selection.below('PageInfo', fields));
    if (name === 'edges') return compileEdges(selection.below(`${type}Edge`, fields), type, addItem);
    if (name !== 'nodes') throw new NoJsonForm();
    const form = addItem(fields);
    return (page) => `[${page.nodes.map((texts) => texts[form]).join(',')}]`;
  };
  const members = [...selection.below(connection, nodes)].map(([key, fields]) => ({ key, write: memberOf(fields) }));
  return {
    items,
    needsPage,
    async write(page) {
      const texts = await Promise.all(members.map(async ({ key, write }) => `"${key}":${await write(page)}`));
      return `{${texts.join(',')}}`;
    },
  };
}

function compileEdges(selected: CollectedFields, type: string, addItem: AddItem): WriteMember {
  const members = [...selected].map(([key, fields]) => {
    const name = fields[0]?.name.value;
    const start = `"${key}":`;
    if (name === 'node') {
      const form = addItem(fields);
      return (texts: ItemTexts) => `${start}${texts[form]}`;
    }
    if (name === 'cursor') return (_texts: ItemTexts, cursor: () => string | null) => `${start}"${cursor()}"`;
    return () => `${start}"${type}Edge"`;
  });
  return (page) => {
    const edges = page.nodes.map((texts, index) => members.map((write) => write(texts, () => page.cursor(index))));
    return `[${edges.map((edge) => `{${edge.join(',')}}`).join(',')}]`;
  };
}

function compilePageInfo(selected: CollectedFields): WriteMember {
  return async (page) => {
    const values: Readonly<Record<string, () => unknown>> = {
      __typename: () => 'PageInfo',
      hasNextPage: () => page.hasNext(),
      hasPreviousPage: () => page.hasPrevious(),
      startCursor: () => page.cursor(0),
      endCursor: () => page.cursor(-1),
    };
    const texts = await Promise.all(
      [...selected].map(
        async ([key, fields]) => `"${key}":${JSON.stringify(await values[fields[0]?.name.value ?? '']?.())}`,
      ),
    );
    return `{${texts.join(',')}}`;
  };
}
