/** Rows of one page of a list. */
export const PAGE_ROWS = 100;
/** Pages that one step passes over: as many rows as the server grants to one request. */
const STEP_PAGES = 5;

/**
 * Asks for the cursor at the end of the rows after another cursor, without the rows themselves.
 *
 * @param after null: from the start of the list
 * @returns null if there are no rows
 */
export type FindCursor = (after: string | null, rows: number) => Promise<string | null>;

/**
 * Where the pages of a list begin. A cursor leads only to what comes next, so a page far below is reached in steps that
 * carry no rows; every step that was taken is remembered. Thus a scroll bar can be as long as the list.
 */
export class CursorLadder {
  readonly #known = new Map<number, string | null>([[0, null]]);
  #step: Promise<void> | null = null;

  constructor(readonly find: FindCursor) {}

  /** A page was read: the next one begins after its last row. */
  note(page: number, endCursor: string | null): void {
    if (endCursor !== null) this.#known.set(page + 1, endCursor);
  }

  /**
   * The cursor after which a page begins; several callers share their steps.
   *
   * @param page from 0 on
   * @throws the reason of the signal, what `find` throws, or an error if the list ends before the page
   */
  async reach(page: number, signal?: AbortSignal): Promise<string | null> {
    for (;;) {
      signal?.throwIfAborted();
      const nearest = this.#nearest(page);
      const cursor = this.#known.get(nearest);
      if (nearest === page && cursor !== undefined) return cursor;
      this.#step ??= this.#climb(nearest, Math.min(page - nearest, STEP_PAGES)).finally(() => {
        this.#step = null;
      });
      await this.#step;
    }
  }

  #nearest(page: number): number {
    let nearest = page;
    while (!this.#known.has(nearest)) nearest--;
    return nearest;
  }

  async #climb(from: number, pages: number): Promise<void> {
    const cursor = await this.find(this.#known.get(from) ?? null, pages * PAGE_ROWS);
    if (cursor === null) throw new Error('The list has become shorter. Load the page again.');
    this.#known.set(from + pages, cursor);
  }
}
