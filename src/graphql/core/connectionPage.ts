import { hasRowsBeyond, type Listing, type Page, type PageWindow, type Queryable } from '../../database';
import { encodeCursor } from './cursor';

/** One page of a list, with what its `pageInfo` and `totalCount` say. */
export interface ReadPage<Node> {
  readonly nodes: Node[];
  readonly count: () => Promise<number>;
  /** @returns the cursor of the item at an index; null outside the page */
  cursor(index: number): string | null;
  hasNext(): Promise<boolean>;
  hasPrevious(): Promise<boolean>;
}

/** One page of a list in the database; `pageInfo` and `totalCount` are read on request. */
export class ConnectionPage<Node> implements ReadPage<Node> {
  constructor(
    private readonly database: Queryable,
    /** the list, restricted to its parent if it has one */
    private readonly listing: Listing<unknown>,
    private readonly window: PageWindow,
    private readonly ordering: string,
    private readonly page: Pick<Page<unknown>, 'positions' | 'hasMore'>,
    readonly nodes: Node[],
    readonly count: () => Promise<number>,
  ) {}

  /** @returns the cursor of the item at an index; null outside the page */
  cursor(index: number): string | null {
    const position = this.page.positions.at(index);
    return position === undefined ? null : encodeCursor(this.ordering, position);
  }

  async hasNext(): Promise<boolean> {
    if (this.window.last === undefined && this.page.hasMore) return true;
    return this.window.before !== undefined && hasRowsBeyond(this.database, this.listing, this.window.before, 'from');
  }

  async hasPrevious(): Promise<boolean> {
    if (this.window.last !== undefined && this.page.hasMore) return true;
    return this.window.after !== undefined && hasRowsBeyond(this.database, this.listing, this.window.after, 'upTo');
  }
}
