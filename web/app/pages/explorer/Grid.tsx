import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { wordsOf } from '../../data/text';
import { useWidth } from '../../figures/useWidth';
import { LesionPicture } from './LesionPicture';
import { diametersOf, personOf, typeOf } from './lesionTexts';
import type { ListProps } from './Results';
import type { ListedLesion } from './useLesionRows';
import { useRoving } from './useRoving';

const LEAST_TILE_PX = 148;
const GAP_PX = 12;
/** Three lines of text below the picture. */
const CAPTION_PX = 72;
const OVERSCAN_ROWS = 2;

/** How many tiles stand in a row, and how wide they are. */
export function tilesOf(width: number): { columns: number; tile: number } {
  const columns = Math.max(2, Math.floor((width + GAP_PX) / (LEAST_TILE_PX + GAP_PX)));
  return { columns, tile: (width - (columns - 1) * GAP_PX) / columns };
}

/** Lesions as pictures: rows that are out of sight are not there, and as many as there are can be scrolled to. */
export function Grid({ listKey, rows, total, selected, onToggle, onOpen }: ListProps) {
  const [box, width] = useWidth<HTMLDivElement>(900);
  const { columns, tile } = tilesOf(width);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (box.current) setTop(Math.round(box.current.getBoundingClientRect().top + window.scrollY));
  });
  const rowCount = Math.ceil(total / columns);
  const virtual = useWindowVirtualizer({
    count: rowCount,
    estimateSize: () => tile + CAPTION_PX,
    gap: GAP_PX,
    overscan: OVERSCAN_ROWS,
    scrollMargin: top,
  });
  const { measure } = virtual;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width makes other heights
  useLayoutEffect(() => measure(), [measure, tile]);
  const items = virtual.getVirtualItems();
  const first = (items[0]?.index ?? 0) * columns;
  const last = Math.min(total, ((items.at(-1)?.index ?? 0) + 1) * columns) - 1;
  const { see } = rows;
  useLayoutEffect(() => see(first, last), [see, first, last]);
  const roving = useRoving({
    listKey,
    total,
    columns,
    reveal: (index) => virtual.scrollToIndex(Math.floor(index / columns)),
    onOpen,
  });
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows of a table cannot stand where they are scrolled to
    <div
      ref={box}
      role="grid"
      aria-label="Lesions"
      aria-rowcount={rowCount}
      aria-colcount={columns}
      aria-multiselectable="true"
      className="tiles"
      style={{ blockSize: virtual.getTotalSize() }}
      onKeyDown={roving.onKeyDown}
    >
      {items.map(({ key, index: row, start }) => (
        // biome-ignore lint/a11y/useFocusableInteractive: its cells are
        <div
          key={key}
          role="row"
          aria-rowindex={row + 1}
          className="tile-row"
          style={{
            transform: `translateY(${start - virtual.options.scrollMargin}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            blockSize: tile + CAPTION_PX,
          }}
        >
          {cellsOf(row, columns, total).map((index) => (
            <Tile
              key={index}
              index={index}
              column={index % columns}
              lesion={rows.rowAt(index)}
              isActive={index === roving.active}
              selected={selected}
              onFocus={() => roving.setActive(index)}
              onToggle={onToggle}
            />
          ))}
        </div>
      ))}
    </div>
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
}

const cellsOf = (row: number, columns: number, total: number): number[] =>
  Array.from({ length: Math.min(columns, total - row * columns) }, (_, column) => row * columns + column);

function Tile({
  index,
  column,
  lesion,
  isActive,
  selected,
  onFocus,
  onToggle,
}: {
  index: number;
  column: number;
  lesion: ListedLesion | undefined;
  isActive: boolean;
  selected: ReadonlySet<number>;
  onFocus: () => void;
  onToggle: (row: number) => void;
}) {
  const isSelected = lesion !== undefined && selected.has(lesion.sourceRowIndex);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as of the grid
    <div
      role="gridcell"
      aria-colindex={column + 1}
      aria-selected={isSelected}
      aria-label={lesion ? undefined : `Lesion ${index + 1}, being read`}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      className="tile"
      onFocus={onFocus}
    >
      {lesion ? (
        <>
          <Link
            to={PATHS.image}
            params={{ imageId: lesion.image.id }}
            search={{ lesion: lesion.id }}
            className="tile-link"
            tabIndex={-1}
          >
            <LesionPicture lesion={lesion} />
            <span className="tile-caption">
              {/* The spaces are not seen: without them, the name of the tile would be one word. */}
              <strong>{typeOf(lesion)}</strong> <span>{diametersOf(lesion)}</span>{' '}
              <span className="muted small">{personOf(lesion)}</span>{' '}
              <span className="visually-hidden">
                {wordsOf(lesion.split)}, row {lesion.sourceRowIndex}
              </span>
            </span>
          </Link>
          <label className="tile-check">
            <input
              type="checkbox"
              tabIndex={-1}
              checked={isSelected}
              aria-label={`Select row ${lesion.sourceRowIndex}`}
              onChange={() => onToggle(lesion.sourceRowIndex)}
            />
          </label>
          {lesion.possiblyNoisy && (
            <>
              {' '}
              <span className="badge warn tile-flag">noisy</span>
            </>
          )}
        </>
      ) : (
        <LesionPicture lesion={undefined} />
      )}
    </div>
  );
}
