import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatPercent, plural } from '../../data/text';
import { type BoardOf, type Entry, valueText } from '../board';

/** All entries: ranked ones by group, then those that stand apart, each with the reason. */
export function BoardTable({ board }: { board: BoardOf }) {
  const hasTries = board.isHidden;
  return (
    <section className="card row-cards" aria-label="Board">
      <table className="board-table">
        <thead>
          <tr>
            <th scope="col" className="number">
              Rank
            </th>
            <th scope="col">95 % interval</th>
            <th scope="col">Detector</th>
            <th scope="col" className="number">
              Value (95 %)
            </th>
            <th scope="col">Origin</th>
            <th scope="col">Remarks</th>
            {hasTries && (
              <th scope="col" className="number">
                Tries
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {board.entries.map((entry, at) => (
            <tr key={entry.run.id} data-first={entry.group !== board.entries[at - 1]?.group || undefined}>
              <td data-label="Rank" className="number">
                {entry.rank ?? '–'}
              </td>
              <td data-label="Interval">{entry.rank === null ? '–' : rankText(entry)}</td>
              <th scope="row" className="board-name">
                <Link to={PATHS.run} params={{ runId: entry.run.id }}>
                  <bdi>
                    {entry.detector.name} {entry.detector.version}
                  </bdi>
                </Link>
              </th>
              <td data-label="Value" className="number nowrap">
                {valueText(entry)}
              </td>
              <td data-label="Origin">{entry.verified ? 'Computed here' : 'Submitted'}</td>
              <td data-label="Remarks" className="small board-remark">
                {remarkOf(entry, at === 0)}
              </td>
              {hasTries && (
                <td data-label="Tries" className="number">
                  {entry.tries ?? '–'}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const rankText = ({ rankLow, rankHigh }: Entry): string =>
  rankLow === rankHigh ? String(rankLow) : `${rankLow} to ${rankHigh}`;

/** @param isTop whether it has the highest value: it cannot be compared with itself */
function remarkOf(
  { standing, coverage, imagesMissing, tiedWithBest, rank, sawTestPatients, sawTestPatientsBecause }: Entry,
  isTop: boolean,
): string {
  if (standing === 'INCOMPLETE')
    return `Not ranked: ${plural(imagesMissing, 'image')} without a result (coverage ${formatPercent(coverage)}).`;
  if (standing === 'SAW_TEST_PATIENTS') return `Not ranked. ${sawTestPatientsBecause}`;
  const tied = tiedWithBest && rank !== null && !isTop ? 'It cannot be told apart from the first.' : '';
  const training = sawTestPatients === null ? 'It does not declare which patients it was trained on.' : '';
  return [tied, training].filter((one) => one !== '').join(' ');
}
