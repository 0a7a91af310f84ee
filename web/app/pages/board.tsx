import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { useAddress } from '../data/address';
import { csvOf } from '../data/csv';
import { formatCount, formatNumber, formatPercent, formatTime, plural } from '../data/text';
import { textOfList } from '../data/url';
import { useAnswer } from '../data/useAnswer';
import { figureFiles } from '../figures/exportSvg';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Answered, Empty } from '../parts/States';
import { BoardControls } from './board/BoardControls';
import { BoardTable } from './board/BoardTable';
import { BoardDocument, type BoardQuery } from './board/board.generated';
import { type Choice, choiceOf, metricOf } from './board/choice';
import { RankFigure } from './board/RankFigure';
import './board/board.css';
import { DatasetSwitch } from './DatasetSwitch';
import { DatasetNamesDocument } from './datasetNames.generated';

type Answer = BoardQuery;
export type BoardOf = Answer['leaderboard'];
export type Entry = BoardOf['entries'][number];

/** Of the best entries, on one figure. */
const MAX_CURVES = 6;

/** Who is best on a split, and how sure that is. */
export function Board() {
  const [search] = useAddress();
  const names = useAnswer(DatasetNamesDocument, {}, { enabled: search.d === undefined });
  if (search.d !== undefined) return <Shown dataset={search.d} />;
  return (
    <Answered query={names} height="30rem" title="Board">
      {({ datasets: { nodes } }) => {
        const [first] = nodes;
        if (first) return <Shown dataset={first.slug} />;
        return (
          <>
            <PageHead title="Board" />
            <Empty>There is no data set yet.</Empty>
          </>
        );
      }}
    </Answered>
  );
}

function Shown({ dataset }: { dataset: string }) {
  const [search, setSearch] = useAddress();
  const choice = choiceOf(search);
  const { protocol, split, stratum } = choice;
  const variables = { dataset, protocol, split, stratum, metric: metricOf(choice) };
  const query = useAnswer(BoardDocument, variables, { keepPrevious: true });
  const controls = <BoardControls choice={choice} onChange={(changes) => setSearch(changes)} />;
  return (
    <>
      {query.isError && query.data === undefined && (
        <>
          <PageHead title="Board" />
          {controls}
        </>
      )}
      {query.isError && search.d !== undefined && (
        <p>
          <Link to={PATHS.board}>Board of the newest data set</Link>
        </p>
      )}
      <Answered query={query} height="30rem">
        {(answer) => (
          <Ranked
            answer={answer}
            choice={choice}
            variables={variables}
            controls={controls}
            onSwitch={(d) => setSearch({ d })}
          />
        )}
      </Answered>
    </>
  );
}

function Ranked({
  answer,
  choice,
  variables,
  controls,
  onSwitch,
}: {
  answer: Answer;
  choice: Choice;
  variables: object;
  controls: ReactNode;
  onSwitch: (slug: string) => void;
}) {
  const figure = useRef<SVGSVGElement>(null);
  const { dataset, leaderboard: board } = answer;
  if (!dataset) return <Empty>There is no such data set.</Empty>;
  const name = `${dataset.slug}@${dataset.version}`;
  const line = `${name}, ${choice.split.toLowerCase()}: ${board.metric}; protocol ${choice.protocol}${dataset.synthetic ? '; synthetic' : ''}`;
  const ranked = board.entries.filter(({ standing }) => standing === 'RANKED');
  const compared = ranked.flatMap(({ evaluation }) => evaluation?.id ?? []).slice(0, MAX_CURVES);
  return (
    <>
      <PageHead
        title="Board"
        lead={`${board.metric}, on the ${choice.split.toLowerCase()} split of ${dataset.name}.`}
        actions={
          <>
            <DatasetSwitch shown={dataset} onSwitch={onSwitch} />
            {compared.length > 0 && (
              <Link className="button" to={PATHS.accuracy} search={{ e: textOfList(compared) }}>
                Curves
              </Link>
            )}
            <GetThis
              sources={[{ title: 'Board', document: BoardDocument, variables }]}
              downloads={[
                ...(ranked.length > 0
                  ? figureFiles(figure, 'board', { line, metadata: { dataset: name, ...variables } })
                  : []),
                { label: 'CSV', fileName: 'board.csv', type: 'text/csv', make: () => csvOfBoard(board) },
              ]}
            />
          </>
        }
      />
      <SyntheticBanner shown={dataset.synthetic} />
      {controls}
      <div className="stack">
        <Hidden answer={answer} split={choice.split} />
        {board.entries.length === 0 ? (
          <Empty action={<Link to={PATHS.newRun}>Start a run</Link>}>
            No detector has a result for this split yet.
          </Empty>
        ) : (
          <>
            <p className="board-resolution">{resolutionText(board, ranked.length)}</p>
            {ranked.length > 0 && <RankFigure entries={ranked} figure={figure} />}
            <BoardTable board={board} />
          </>
        )}
      </div>
    </>
  );
}

function Hidden({ answer, split }: { answer: Answer; split: string }) {
  const hidden = answer.dataset?.hiddenSplits.find((one) => one.split === split);
  if (!hidden) return null;
  const left = Math.max(0, hidden.submissionLimit - hidden.triesUsed);
  return (
    <p className="banner">
      The ground truth of this split is hidden: metrics are rounded. You have {plural(left, 'try', 'tries')} left of{' '}
      {hidden.submissionLimit} in {plural(hidden.periodDays, 'day')}
      {left === 0 && hidden.nextTryAt ? `; the next is possible from ${formatTime(hidden.nextTryAt)}` : ''}.
    </p>
  );
}

function resolutionText(board: BoardOf, ranked: number): string {
  const of = [
    plural(board.imageCount, 'image'),
    ...(board.lesionCount === null ? [] : [plural(board.lesionCount, 'lesion')]),
    ...(board.patientCount === null ? [] : [plural(board.patientCount, 'patient')]),
  ].join(', ');
  const sure = `${formatCount(board.resamples)} joint draws of patients`;
  if (board.resolvableDifference !== null)
    return (
      `This test set (${of}) tells any two of these detectors apart that differ by more than ` +
      `${formatNumber(board.resolvableDifference * 100, 1)} percentage points (95 %, all pairs at once, ${sure}). Detectors of ` +
      'one group share a rank.'
    );
  if (ranked < 2) return `This test set has ${of}. With one ranked detector there is nothing to compare.`;
  return `This test set (${of}) tells none of these detectors apart: they hit the same lesions, or its patients are too few.`;
}

function csvOfBoard({ entries }: BoardOf): string {
  return csvOf(
    [
      ...[
        'detector',
        'version',
        'standing',
        'rank',
        'rank_low',
        'rank_high',
        'group',
        'tied_with_best',
        'value',
        'ci_low',
        'ci_high',
      ],
      ...['coverage', 'verified', 'saw_test_patients', 'tries', 'run'],
    ],
    entries.map((entry) => [
      ...[entry.detector.name, entry.detector.version, entry.standing, entry.rank, entry.rankLow, entry.rankHigh],
      ...[entry.group, entry.tiedWithBest, entry.value, entry.ciLow, entry.ciHigh],
      ...[entry.coverage, entry.verified, entry.sawTestPatients, entry.tries, entry.run.id],
    ]),
  );
}

/** A share with its interval. */
export const valueText = ({ value, ciLow, ciHigh }: Pick<Entry, 'value' | 'ciLow' | 'ciHigh'>): string =>
  value === null
    ? '–'
    : `${formatPercent(value)}${ciLow === null || ciHigh === null ? '' : ` (${formatNumber(ciLow * 100, 1)}–${formatNumber(ciHigh * 100, 1)})`}`;
