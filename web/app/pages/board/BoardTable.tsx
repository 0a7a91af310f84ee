import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../../src/http/webPaths';
import { formatPercent, plural } from '../../data/text';
import { Wide } from '../../parts/Wide';
import { type BoardOf, type Entry, valueText } from '../board';

/** All entries: ranked ones by group, then those that stand apart, each with the reason. */
export function BoardTable({ board }: { board: BoardOf }) {
  const hasTries = board.isHidden;
  return (
    <Wide label="Board" isCard>
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
              <td className="number">{entry.rank ?? '–'}</td>
              <td>{entry.rank === null ? '–' : rankText(entry)}</td>
              <th scope="row" className="board-name">
                <Link to={PATHS.run} params={{ runId: entry.run.id }}>
                  <bdi>
                    {entry.detector.name} {entry.detector.version}
                  </bdi>
                </Link>
              </th>
              <td className="number nowrap">{valueText(entry)}</td>
              <td>{entry.verified ? 'Computed here' : 'Submitted'}</td>
              <td className="small board-remark">{remarkOf(entry)}</td>
              {hasTries && <td className="number">{entry.tries ?? '–'}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

const rankText = ({ rankLow, rankHigh }: Entry): string =>
  rankLow === rankHigh ? String(rankLow) : `${rankLow} to ${rankHigh}`;

function remarkOf({
  standing,
  coverage,
  imagesMissing,
  tiedWithBest,
  rank,
  sawTestPatients,
  sawTestPatientsBecause,
}: Entry): string {
  if (standing === 'INCOMPLETE')
    return `Not ranked: ${plural(imagesMissing, 'image')} without a result (coverage ${formatPercent(coverage)}).`;
  if (standing === 'SAW_TEST_PATIENTS') return `Not ranked. ${sawTestPatientsBecause}`;
  const tied = tiedWithBest && rank !== null ? 'Cannot be told apart from the best.' : '';
  return [tied, sawTestPatients === null ? 'Training data not declared.' : ''].filter((one) => one !== '').join(' ');
}
