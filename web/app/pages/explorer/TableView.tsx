import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { COLUMNS } from './columns';
import { LesionPicture } from './LesionPicture';
import type { ListProps } from './Results';
import type { ListedLesion } from './useLesionRows';
import { useRoving } from './useRoving';

const ROW_PX = 52;
const OVERSCAN_ROWS = 6;

/** Lesions as rows; the heads of the columns order the whole list. */
export default function TableView(props: ListProps) {
  const { listKey, rows, total, selected, sort, onSort, onOpen, onToggle } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (body.current) setTop(Math.round(body.current.getBoundingClientRect().top + window.scrollY));
  });
  const virtual = useWindowVirtualizer({
    count: total,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN_ROWS,
    scrollMargin: top,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const { see } = rows;
  useLayoutEffect(() => see(first, last), [see, first, last]);
  const reveal = (index: number): void => virtual.scrollToIndex(index);
  const roving = useRoving({ listKey, total, columns: 1, reveal, onOpen });
  return (
    <table
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its rows are moved through and selected
      role="grid"
      aria-label="Lesions"
      aria-rowcount={total + 1}
      aria-multiselectable="true"
      className="lesion-table"
      onKeyDown={roving.onKeyDown}
    >
      <Heads sort={sort} onSort={onSort} />
      <tbody ref={body} aria-hidden="true" className="lesion-space">
        <tr style={{ blockSize: first * ROW_PX }} />
      </tbody>
      <tbody>
        {items.map(({ key, index }) => (
          <Row
            key={key}
            index={index}
            lesion={rows.rowAt(index)}
            isActive={index === roving.active}
            selected={selected}
            onFocus={() => roving.setActive(index)}
            onToggle={onToggle}
          />
        ))}
      </tbody>
      <tbody aria-hidden="true" className="lesion-space">
        <tr style={{ blockSize: Math.max(total - 1 - last, 0) * ROW_PX }} />
      </tbody>
    </table>
  );
}

function Heads({ sort, onSort }: Pick<ListProps, 'sort' | 'onSort'>) {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" className="lesion-check">
          <span className="visually-hidden">Selected</span>
        </th>
        <th scope="col" className="lesion-thumb">
          <span className="visually-hidden">Picture</span>
        </th>
        {COLUMNS.map(({ title, sorts, className }) => (
          <th
            key={title}
            scope="col"
            className={className}
            aria-sort={sort === sorts?.[0] ? 'ascending' : sort === sorts?.[1] ? 'descending' : undefined}
          >
            {sorts ? (
              <button
                type="button"
                className="quiet sort-button"
                onClick={() => onSort(sort === sorts[1] ? sorts[0] : sorts[1])}
              >
                {title}
                <span aria-hidden="true">{sort === sorts[0] ? ' ▲' : sort === sorts[1] ? ' ▼' : ''}</span>
              </button>
            ) : (
              title
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Row({
  index,
  lesion,
  isActive,
  selected,
  onFocus,
  onToggle,
}: {
  index: number;
  lesion: ListedLesion | undefined;
  isActive: boolean;
  selected: ReadonlySet<number>;
  onFocus: () => void;
  onToggle: (row: number) => void;
}) {
  const isSelected = lesion !== undefined && selected.has(lesion.sourceRowIndex);
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      data-index={index}
      className="lesion-row"
      style={{ blockSize: ROW_PX }}
      onFocus={onFocus}
    >
      {lesion ? (
        <>
          <td className="lesion-check">
            <label className="row-check">
              <input
                type="checkbox"
                tabIndex={-1}
                checked={isSelected}
                aria-label={`Select row ${lesion.sourceRowIndex}`}
                onChange={() => onToggle(lesion.sourceRowIndex)}
              />
            </label>
          </td>
          <td className="lesion-thumb">
            <Link
              to={PATHS.image}
              params={{ imageId: lesion.image.id }}
              search={{ lesion: lesion.id }}
              tabIndex={-1}
              aria-label={`Slice of row ${lesion.sourceRowIndex}`}
            >
              <LesionPicture lesion={lesion} />
            </Link>
          </td>
          {COLUMNS.map(({ title, className, cell }) => (
            <td key={title} className={className}>
              {cell(lesion)}
            </td>
          ))}
        </>
      ) : (
        <td colSpan={COLUMNS.length + 2} className="muted">
          …
        </td>
      )}
    </tr>
  );
}
