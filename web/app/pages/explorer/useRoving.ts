import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { nextCell } from './moves';

/** Where somebody was in a list, so that they are there again when they come back to it. */
const places = new Map<string, number>();
const MAX_PLACES = 50;

/** The cell of a list that had the focus last; the first one if none had. */
export const placeIn = (listKey: string): number => places.get(listKey) ?? 0;

export interface Roving {
  /** the one cell that Tab leads to */
  readonly active: number;
  readonly setActive: (index: number) => void;
  /** of the element around the cells; arrows, Home and End move, `onOpen` is called by Enter */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * One cell of a list of cells has the focus; arrows move it, also to cells that are not drawn yet.
 *
 * @param listKey another list begins at its first cell
 * @param columns cells of a row
 * @param reveal draws a cell that is out of sight
 */
export function useRoving({
  listKey,
  total,
  columns,
  reveal,
  onOpen,
}: {
  listKey: string;
  total: number;
  columns: number;
  reveal: (index: number) => void;
  onOpen: (index: number) => void;
}): Roving {
  const [state, setState] = useState({ listKey, active: placeIn(listKey) });
  const active = Math.min(state.listKey === listKey ? state.active : placeIn(listKey), Math.max(total - 1, 0));
  /** A cell is focused after it was drawn, if it was a key that led to it. */
  const wanted = useRef<number | null>(null);
  const box = useRef<Element | null>(null);
  useEffect(() => {
    const cell = wanted.current === null ? null : box.current?.querySelector(`[data-index="${wanted.current}"]`);
    if (!(cell instanceof HTMLElement)) return;
    wanted.current = null;
    cell.focus({ preventScroll: true });
  });
  const setActive = (index: number): void => {
    if (places.size > MAX_PLACES) places.clear();
    places.set(listKey, index);
    setState({ listKey, active: index });
  };
  return {
    active,
    setActive,
    onKeyDown: (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.dataset.index !== undefined) {
        event.preventDefault();
        onOpen(active);
        return;
      }
      const next = nextCell(event.key, active, columns, total);
      if (next === null) return;
      event.preventDefault();
      if (next === active) return;
      box.current = event.currentTarget;
      wanted.current = next;
      setActive(next);
      reveal(next);
    },
  };
}
