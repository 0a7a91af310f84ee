import type { ReactNode } from 'react';
import { formatCount } from '../data/text';
import './matrix.css';

/** A name of a row or a column. */
export interface MatrixHead {
  readonly key: string;
  readonly name: ReactNode;
}

/** Counts, shaded by their share of the row: what a row consists of is seen at a glance, and read as numbers. */
export function Matrix({
  caption,
  corner,
  rows,
  columns,
  counts,
  isMarked = () => false,
}: {
  caption: string;
  /** what stands above the names of the rows */
  corner: string;
  rows: readonly MatrixHead[];
  columns: readonly MatrixHead[];
  /** one list for each row, in the order of the columns */
  counts: readonly (readonly number[])[];
  /** a cell with a frame */
  isMarked?: (row: number, column: number) => boolean;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <section className="scroll-x" aria-label={caption} tabIndex={0}>
      <table className="matrix">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map(({ key, name }) => (
              <th key={key} scope="col" className="number">
                {name}
              </th>
            ))}
            <th scope="col" className="number">
              All
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name }, row) => {
            const total = (counts[row] ?? []).reduce((sum, count) => sum + count, 0);
            return (
              <tr key={key}>
                <th scope="row">{name}</th>
                {columns.map((column, index) => {
                  const count = counts[row]?.[index] ?? 0;
                  const share = total === 0 ? 0 : count / total;
                  return (
                    <td
                      key={column.key}
                      className="number"
                      data-marked={isMarked(row, index)}
                      style={{ backgroundColor: shade(share) }}
                    >
                      {count === 0 ? <span className="muted">0</span> : formatCount(count)}
                    </td>
                  );
                })}
                <td className="number muted">{formatCount(total)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** At most so strong that a number on it can be read in both themes. */
const STRONGEST_PERCENT = 45;

const shade = (share: number): string | undefined =>
  share === 0
    ? undefined
    : `color-mix(in srgb, var(--series-1) ${(share * STRONGEST_PERCENT).toFixed(1)}%, transparent)`;
