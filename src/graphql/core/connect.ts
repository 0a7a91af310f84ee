import { countRows, type Listing, type OrderBy, type Page, readPage, withinParent } from '../../database';
import type { Connection, ConnectionClass } from './connection';
import { ConnectionPage } from './connectionPage';
import type { GraphContext } from './context';
import { orderingName } from './cursor';
import type { LookAheadInfo } from './lookAhead';
import { Selection } from './lookAhead';
import { namePage } from './naming';
import { type PageArgs, readWindow } from './pageArgs';

/** A list as requested by a resolver. */
export interface ListRequest<Row, Node> {
  /** name of the node type: cursors of one type are not valid for another */
  type: string;
  args: PageArgs & { orderBy?: OrderBy<string>[] | null };
  listing(): Listing<Row>;
  toNode(row: Row): Node;
}

const EMPTY: Page<never> = { rows: [], positions: [], hasMore: false };

/**
 * Returns a root list. The page is read only if part of it is selected, so that a `totalCount` alone takes one
 * statement.
 *
 * @throws BadUserInput if an argument is invalid
 */
export async function connect<Row, Node>(
  ConnectionType: ConnectionClass<Node>,
  context: GraphContext,
  info: LookAheadInfo,
  { type, args, listing: describe, toNode }: ListRequest<Row, Node>,
): Promise<Connection<Node>> {
  const { database } = context;
  const listing = describe();
  const ordering = orderingName(type, args.orderBy ?? [], (await context.services.database.identity()).id);
  const window = readWindow(args, ordering, listing);
  const page: Page<Row> = needsPage(info) ? await readPage(database, listing, window) : EMPTY;
  if (listing.ofDataset) await namePage(context, page.rows);
  const count = () => countRows(database, listing);
  return new ConnectionType(
    new ConnectionPage(database, listing, window, ordering, page, page.rows.map(toNode), count),
  );
}

/**
 * Returns a list within a parent. One statement reads the pages of all parents of a request, another their counts.
 *
 * @param field name of the list, e.g. `PseudoCluster.lesions`; requests with the same field and arguments share
 *   statements
 * @throws BadUserInput if an argument is invalid
 */
export async function connectInParent<Row, Node>(
  ConnectionType: ConnectionClass<Node>,
  context: GraphContext,
  info: LookAheadInfo,
  parentId: number,
  field: string,
  { type, args, listing: describe, toNode }: ListRequest<Row, Node>,
): Promise<Connection<Node>> {
  const { database, loaders } = context;
  const listing = describe();
  const ordering = orderingName(type, args.orderBy ?? [], (await context.services.database.identity()).id);
  const window = readWindow(args, ordering, listing);
  // The select list shows which parents of the nodes are read together with them.
  const list = loaders.listInParents<Row>(`${field} ${JSON.stringify(args)} ${listing.columns}`, listing, window);
  const page: Page<Row> = needsPage(info) ? await list.pages.load(parentId) : EMPTY;
  if (listing.ofDataset) await namePage(context, page.rows);
  const count = () => list.counts.load(parentId);
  const own = withinParent(listing, parentId);
  return new ConnectionType(new ConnectionPage(database, own, window, ordering, page, page.rows.map(toNode), count));
}

/** @returns the selection of a page's nodes, directly and through edges */
export function selectionOfNodes(info: LookAheadInfo): Selection {
  const selection = Selection.of(info);
  return selection.at('nodes').and(selection.at('edges', 'node'));
}

function needsPage(info: LookAheadInfo): boolean {
  return Selection.of(info).has('nodes', 'edges', 'pageInfo');
}
