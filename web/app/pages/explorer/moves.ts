/** Where a key leads to; null: it does not move. */
export function nextCell(key: string, active: number, columns: number, total: number): number | null {
  const last = total - 1;
  switch (key) {
    case 'ArrowRight':
      return Math.min(active + 1, last);
    case 'ArrowLeft':
      return Math.max(active - 1, 0);
    case 'ArrowDown':
      return active + columns <= last ? active + columns : active;
    case 'ArrowUp':
      return active - columns >= 0 ? active - columns : active;
    case 'Home':
      return 0;
    case 'End':
      return Math.max(last, 0);
    default:
      return null;
  }
}
