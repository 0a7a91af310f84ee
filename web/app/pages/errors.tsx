import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { csvOf } from '../data/csv';
import { formatCount, plural } from '../data/text';
import { oneOf, textOfList } from '../data/url';
import { useAnswer } from '../data/useAnswer';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import { Answered, Empty, Problem, Problems, Skeleton } from '../parts/States';
import { EvaluationListDocument } from './accuracy/accuracy.generated';
import { EvaluationSelect } from './accuracy/EvaluationSelect';
import { distinctNames, newestComparable } from './accuracy/evaluations';
import { CostTable } from './errors/Costs';
import {
  ErrorCurveDocument,
  type ErrorsHeadFragment,
  ErrorsHeadsDocument,
  ErrorTilesDocument,
} from './errors/errors.generated';
import { Legend } from './errors/Legend';
import {
  type ErrorsState,
  KIND_FACTS,
  KINDS,
  MAX_SIDES,
  PAGE,
  REVIEWED,
  REVIEWED_FACTS,
  type ShownKind,
  useErrorsState,
} from './errors/state';
import { Threshold } from './errors/Threshold';
import { type Outcome, Tiles } from './errors/Tiles';
import './slice/slice.css';
import './errors/errors.css';

/** Hits, misses and false positives of one run or two as pictures, at any threshold, and what each kind of error costs. */
export function Errors() {
  const [state] = useErrorsState();
  const list = useAnswer(EvaluationListDocument, {}, { enabled: state.ids.length === 0 });
  const chosen = list.data ? newestComparable(list.data.data.evaluations.nodes).slice(0, 1) : [];
  const ids = state.ids.length > 0 ? state.ids : chosen;
  const heads = useAnswer(ErrorsHeadsDocument, { ids: [...ids] }, { enabled: ids.length > 0, keepPrevious: true });
  if (ids.length === 0)
    return (
      <>
        <PageHead title="Errors" />
        {list.error ? (
          <Problem error={list.error} onRetry={() => void list.refetch()} />
        ) : list.data ? (
          <Empty action={<Link to={PATHS.newRun}>Start a run</Link>}>No detection run has been evaluated yet.</Empty>
        ) : (
          <Skeleton height="40rem" />
        )}
      </>
    );
  return (
    <Answered query={heads} height="40rem" title="Errors">
      {({ nodes }) => <Chosen heads={nodes.flatMap((node) => (node?.__typename === 'Evaluation' ? [node] : []))} />}
    </Answered>
  );
}

function Chosen({ heads }: { heads: readonly ErrorsHeadFragment[] }) {
  const [state, change, setScore] = useErrorsState();
  const [first] = heads;
  const names = distinctNames(heads);
  if (!first)
    return (
      <>
        <PageHead title="Errors" />
        <Empty
          action={
            <button type="button" onClick={() => change({ ids: [] })}>
              Show the newest one
            </button>
          }
        >
          No evaluation has this id.
        </Empty>
      </>
    );
  return (
    <>
      <PageHead
        title="Errors"
        lead="What a detector finds, what it misses, where it is wrong, and what each kind of error costs."
        actions={
          <Link className="button" to={PATHS.accuracy} search={{ e: textOfList(heads.map(({ id }) => id)) }}>
            Curves
          </Link>
        }
      />
      <SyntheticBanner shown={heads.some(({ run }) => run.dataset.synthetic)} />
      <div className="stack">
        <Controls heads={heads} state={state} change={change} />
        <div className="errors-sides">
          {heads.map((head, side) => (
            <SideColumn
              key={head.id}
              head={head}
              name={names[side] ?? ''}
              state={state}
              score={state.scores[side] ?? 0}
              onScore={(score) => setScore(side, score)}
              onMore={() => change({ tiles: state.tiles + PAGE })}
            />
          ))}
        </div>
      </div>
    </>
  );
}

type Change = (changes: Partial<Omit<ErrorsState, 'scores'>>) => void;

function Controls({
  heads,
  state,
  change,
}: {
  heads: readonly ErrorsHeadFragment[];
  state: ErrorsState;
  change: Change;
}) {
  const ids = heads.map(({ id }) => id);
  const choose = (side: number, id: string): void => {
    const next = id === '' ? ids.filter((_, at) => at !== side) : [...ids.slice(0, side), id, ...ids.slice(side + 1)];
    change({ ids: [...new Set(next)] });
  };
  return (
    <section className="card stack" aria-label="What is shown">
      <div className="row">
        {Array.from({ length: MAX_SIDES }, (_, side) => (
          <EvaluationSelect
            key={side === 0 ? 'first' : 'second'}
            label={side === 0 ? 'Evaluation' : 'Beside it'}
            shown={heads}
            value={ids[side]}
            canBeNone={side > 0}
            onChange={(id) => choose(side, id)}
          />
        ))}
      </div>
      <div className="row">
        <label className="row">
          A hit has an overlap of at least
          <select value={state.iouThreshold} onChange={({ target }) => change({ iouThreshold: Number(target.value) })}>
            {[...new Set([0.1, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, state.iouThreshold])]
              .sort((a, b) => a - b)
              .map((iou) => (
                <option key={iou} value={iou}>
                  {iou}
                </option>
              ))}
          </select>
        </label>
        <label className="row">
          Stratum
          <select value={state.stratum} onChange={({ target }) => change({ stratum: target.value })}>
            {heads[0]?.analysisStrata.map(({ name, label, lesionCount }) => (
              <option key={name} value={name}>
                {label} (n = {lesionCount})
              </option>
            ))}
          </select>
        </label>
        {state.kind !== 'MISSED' && (
          <label className="row">
            Reviews say
            <select
              value={state.reviewed}
              onChange={({ target }) => change({ reviewed: oneOf(target.value, REVIEWED, 'any') })}
            >
              {REVIEWED.map((one) => (
                <option key={one} value={one}>
                  {REVIEWED_FACTS[one].label}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Legend />
    </section>
  );
}

function SideColumn({
  head,
  name,
  state,
  score,
  onScore,
  onMore,
}: {
  head: ErrorsHeadFragment;
  name: string;
  state: ErrorsState;
  score: number;
  onScore: (score: number) => void;
  onMore: () => void;
}) {
  const { kind, reviewed, stratum, iouThreshold, tiles } = state;
  const { orderBy } = KIND_FACTS[kind];
  const among = { id: head.id, iouThreshold, stratum };
  // A lesion that no box finds has no box to review.
  const verdicts = kind === 'MISSED' ? null : REVIEWED_FACTS[reviewed].verdicts;
  const variables = {
    ...{ ...among, scoreAtLeast: score, kinds: [kind], verdicts: verdicts && [...verdicts] },
    ...{ orderBy: [orderBy], first: tiles },
  };
  const query = useAnswer(ErrorTilesDocument, variables, { keepPrevious: true });
  const outcomes = query.data?.data.evaluation?.outcomes;
  const costs = { ...among, scoreAtLeast: score };
  return (
    <section className="stack" aria-label={name}>
      <div className="card stack">
        <div className="spread">
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <GetThis
            sources={[
              { title: `${KIND_FACTS[kind].title} at this threshold`, document: ErrorTilesDocument, variables },
              { title: 'Counts by threshold', document: ErrorCurveDocument, variables: among },
            ]}
            downloads={[
              {
                label: 'CSV of the pictures',
                fileName: `${kind.toLowerCase()}.csv`,
                type: 'text/csv',
                make: () => csvOfOutcomes(outcomes?.nodes ?? []),
              },
            ]}
            files={['csv', 'ndjson', 'parquet'].map((format) => ({
              label: `outcomes.${format}`,
              path: `/exports/evaluations/${head.id}/outcomes.${format}?iou=${iouThreshold}`,
            }))}
          />
        </div>
        <Threshold {...{ ...among, name, score, onScore }} />
      </div>
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Problems problems={query.data.problems} />}
      {!query.data && !query.error && <Skeleton height="30rem" />}
      {outcomes && (
        <div className="stack" aria-busy={query.isPlaceholderData}>
          <KindTabs kind={kind} counts={outcomes.counts} name={name} />
          <p className="muted small">
            {plural(outcomes.totalCount, 'outcome')}: {KIND_FACTS[kind].meaning}.
          </p>
          <Tiles
            outcomes={outcomes.nodes}
            side={{ evaluation: head.id, run: head.run.id, iouThreshold, score }}
            kind={kind}
            isFiltered={verdicts !== null}
          />
          {outcomes.totalCount > outcomes.nodes.length && (
            <div>
              <button type="button" onClick={onMore}>
                Show more of {formatCount(outcomes.totalCount)}
              </button>
            </div>
          )}
        </div>
      )}
      <CostTable choice={costs} name={name} head={head} />
    </section>
  );
}

type Counts = { hits: number; duplicates: number; localizations: number; background: number; missed: number };
const countOf = (counts: Counts, kind: ShownKind): number =>
  ({
    HIT: counts.hits,
    DUPLICATE: counts.duplicates,
    LOCALIZATION: counts.localizations,
    BACKGROUND: counts.background,
    MISSED: counts.missed,
  })[kind];

function KindTabs({ kind, counts, name }: { kind: ShownKind; counts: Counts; name: string }) {
  const [, change] = useErrorsState();
  const tabs = useRef<HTMLDivElement>(null);
  // On a phone the tabs are wider than the screen: the one that is selected is brought into sight, the page stays.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another kind is another tab
  useEffect(() => {
    const [bar, tab] = [tabs.current, tabs.current?.querySelector<HTMLElement>('[aria-selected="true"]')];
    if (!bar || !tab) return;
    const beyond = tab.offsetLeft + tab.offsetWidth - bar.offsetLeft - bar.clientWidth;
    const before = tab.offsetLeft - bar.offsetLeft;
    bar.scrollLeft = Math.min(before, Math.max(bar.scrollLeft, beyond));
  }, [kind]);
  return (
    <div ref={tabs} className="tabs" role="tablist" aria-label={`Kind of outcome of ${name}`}>
      {KINDS.map((one) => (
        <button key={one} type="button" role="tab" aria-selected={one === kind} onClick={() => change({ kind: one })}>
          {KIND_FACTS[one].title} <span className="muted">{formatCount(countOf(counts, one))}</span>
        </button>
      ))}
    </div>
  );
}

function csvOfOutcomes(outcomes: readonly Outcome[]): string {
  return csvOf(
    [
      'kind',
      'image',
      'file_name',
      'rank',
      'score',
      'lesion',
      'long_diameter_mm',
      'coarse_type',
      'overlap',
      'reason',
      'verdict',
    ],
    outcomes.map(({ kind, image, rank, score, lesion, overlap, reason, verdict }) => [
      ...[kind, image.id, image.fileName, rank, score, lesion?.id ?? null, lesion?.longDiameterMm ?? null],
      ...[lesion?.coarseType ?? null, overlap, reason, verdict],
    ]),
  );
}
