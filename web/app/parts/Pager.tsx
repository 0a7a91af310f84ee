/** Turns the pages of a list, the newest first. */
export function Pager({
  pageInfo: { hasPreviousPage, hasNextPage, startCursor, endCursor },
  onTurn,
}: {
  pageInfo: {
    readonly hasPreviousPage: boolean;
    readonly hasNextPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  onTurn: (after: string | undefined, before: string | undefined) => void;
}) {
  if (!hasPreviousPage && !hasNextPage) return null;
  return (
    <nav className="row" aria-label="Pages of the list">
      <button type="button" disabled={!hasPreviousPage} onClick={() => onTurn(undefined, startCursor ?? undefined)}>
        Newer
      </button>
      <button type="button" disabled={!hasNextPage} onClick={() => onTurn(endCursor ?? undefined, undefined)}>
        Older
      </button>
    </nav>
  );
}
