import { Link } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { EMBED_PATH, PATHS } from '../../../src/http/webPaths';
import { below, serverAddress } from '../data/base';
import { csvOf } from '../data/csv';
import { useAnswer } from '../data/useAnswer';
import { CurveFigure } from '../figures/CurveFigure';
import { type FigureSource, figureFiles } from '../figures/exportSvg';
import { CopyButton } from '../parts/CopyButton';
import { type Download, GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import type { ServerFile } from '../parts/ServerFiles';
import { Answered, Empty, Problem, Problems, Skeleton } from '../parts/States';
import { EmbeddingDocument, EvaluationHeadsDocument, EvaluationListDocument } from './accuracy/accuracy.generated';
import { Controls } from './accuracy/Controls';
import {
  distinctNames,
  type EvaluationHead,
  evaluationsOf,
  lineOfSource,
  newestComparable,
  sentenceOfProtocol,
} from './accuracy/evaluations';
import { lineHeadsOf } from './accuracy/lines';
import { Picker } from './accuracy/Picker';
import { StrataFigure } from './accuracy/StrataFigure';
import { type AccuracyState, PLOT_TITLES, useAccuracyState } from './accuracy/state';
import { type PlotData, usePlot } from './accuracy/usePlot';

/** Curves of evaluations: accuracy by IoU as in the paper, FROC, precision–recall, and differences. */
export function Accuracy() {
  const [state, change] = useAccuracyState();
  const list = useAnswer(EvaluationListDocument, {}, { enabled: state.ids.length === 0 });
  const ids = state.ids.length > 0 ? state.ids : newestComparable(list.data?.data.evaluations.nodes ?? []);
  const heads = useAnswer(EvaluationHeadsDocument, { ids: [...ids] }, { enabled: ids.length > 0, keepPrevious: true });
  if (ids.length === 0) return <NothingChosen query={list} />;
  return (
    <Answered query={heads} height="40rem" title="Accuracy">
      {({ nodes }) => <Chosen evaluations={evaluationsOf(nodes)} state={state} change={change} />}
    </Answered>
  );
}

function NothingChosen({ query }: { query: { error: Error | null; data?: unknown; refetch: () => unknown } }) {
  return (
    <>
      <PageHead title="Accuracy" />
      {query.error ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Skeleton height="40rem" />
      ) : (
        <Empty>No detection run has been evaluated yet. A run is evaluated when it ends.</Empty>
      )}
    </>
  );
}

interface ChosenProps {
  readonly evaluations: readonly EvaluationHead[];
  readonly state: AccuracyState;
  readonly change: (changes: Partial<AccuracyState>) => void;
}

function Chosen({ evaluations, state, change }: ChosenProps) {
  const figure = useRef<SVGSVGElement>(null);
  const names = distinctNames(evaluations);
  const lineHeads = useMemo(() => lineHeadsOf(evaluations, state.stratum), [evaluations, state.stratum]);
  const plot = usePlot(state, lineHeads);
  // A snippet that cannot work is not shown (the server's host decides who may frame the figure).
  const embedding = useAnswer(EmbeddingDocument, {}).data?.data.serverInfo.embedding.allowed && state.plot !== 'diff';
  const [first] = evaluations;
  if (!first) {
    return (
      <>
        <PageHead title="Accuracy" />
        <Empty
          action={
            <button type="button" onClick={() => change({ ids: [] })}>
              Show the newest ones
            </button>
          }
        >
          No evaluation has one of these ids.
        </Empty>
      </>
    );
  }
  return (
    <>
      <PageHead
        title="Accuracy"
        lead={`${PLOT_TITLES[state.plot]}${state.plot === 'pr' ? '' : ', with 95 % intervals over patients'}.`}
        actions={
          <>
            <Link className="button" to={PATHS.threshold} search={{ e: first.id }}>
              Move the score threshold
            </Link>
            <Link
              className="button"
              to={PATHS.errors}
              search={{
                e: evaluations
                  .slice(0, 2)
                  .map(({ id }) => id)
                  .join(','),
              }}
            >
              Errors as pictures
            </Link>
            <Link className="button" to={PATHS.board} search={{ d: first.run.dataset.slug }}>
              Board
            </Link>
            <CopyButton text={window.location.href} label="Copy the link" />
            <GetThis
              sources={[{ title: PLOT_TITLES[state.plot], document: plot.document, variables: plot.variables }]}
              downloads={downloadsOf(figure, plot, evaluations, state)}
              files={evaluations.flatMap(filesOfEvaluation)}
              texts={embedding ? [{ title: 'A frame for your own page', text: frameOf(evaluations) }] : []}
            />
          </>
        }
      />
      <SyntheticBanner shown={evaluations.some(({ run }) => run.dataset.synthetic)} />
      <div className="stack">
        <Picker chosen={evaluations} names={names} onChange={(ids) => change({ ids })} />
        <Controls evaluations={evaluations} state={state} change={change} />
        <ProtocolWarning evaluations={evaluations} />
        <section className="card stack">
          <Figure plot={plot} state={state} names={names} change={change} svg={figure} />
          <p className="muted small">{sentenceOfProtocol(first, state.plot)}</p>
        </section>
        {state.plot === 'iou' && (
          <section className="card stack">
            <h2>By stratum at IoU &gt; {state.iouThreshold}</h2>
            <p className="muted">Move the slider above to another threshold; choose a stratum to see its curves.</p>
            <StrataFigure
              heads={lineHeads}
              topK={state.topK}
              iouThreshold={state.iouThreshold}
              onStratum={(stratum) => change({ stratum })}
            />
          </section>
        )}
      </div>
    </>
  );
}

function Figure({
  plot,
  state,
  names,
  change,
  svg,
}: {
  plot: PlotData;
  state: AccuracyState;
  names: readonly string[];
  change: ChosenProps['change'];
  svg: React.RefObject<SVGSVGElement | null>;
}) {
  if (state.plot === 'diff' && names.length < 2)
    return <Empty>Choose two evaluations or more to see how they differ.</Empty>;
  if (plot.query.error) return <Problem error={plot.query.error} onRetry={() => void plot.query.refetch()} />;
  if (plot.query.data === undefined) return <Skeleton height="42rem" />;
  return (
    <>
      <Problems problems={plot.problems} />
      {state.plot === 'diff' && (
        <p>
          Lines above zero are better than <bdi>{names[0]}</bdi>. Counts: lesions that only this run found against those
          that only the baseline found, with McNemar’s exact test.
        </p>
      )}
      <CurveFigure
        title={`${PLOT_TITLES[state.plot]} of ${names.join(' and ')}`}
        lines={plot.lines}
        x={plot.x}
        y={plot.y}
        showBands={state.showBands}
        showZero={state.plot === 'diff'}
        readAt={state.plot === 'iou' || state.plot === 'diff' ? state.iouThreshold : undefined}
        onReadAt={
          state.plot === 'iou' || state.plot === 'diff' ? (iouThreshold) => change({ iouThreshold }) : undefined
        }
        svg={svg}
      />
    </>
  );
}

function ProtocolWarning({ evaluations }: { evaluations: readonly EvaluationHead[] }) {
  if (new Set(evaluations.map(({ comparisonKey }) => comparisonKey)).size < 2) return null;
  return (
    <p className="banner">
      These evaluations rest on different data sets or rules: their figures stand side by side here, but they are not
      comparable.
    </p>
  );
}

function frameOf(evaluations: readonly EvaluationHead[]): string {
  const address = new URL(window.location.href);
  address.pathname = below(EMBED_PATH);
  address.searchParams.set('e', evaluations.map(({ id }) => id).join(','));
  return `<iframe src="${address.href}" title="Accuracy of detectors" width="720" height="640" loading="lazy"></iframe>`;
}

const CSV_HEADER = [
  'evaluation',
  'line',
  'plot',
  'stratum',
  'top_k',
  'x',
  'value',
  'ci_low',
  'ci_high',
  'detail',
  'protocol_key',
];

function downloadsOf(
  figure: React.RefObject<SVGSVGElement | null>,
  plot: PlotData,
  evaluations: readonly EvaluationHead[],
  state: AccuracyState,
): Download[] {
  const name = `accuracy-${state.plot}-${state.stratum.replaceAll(/[^\w-]+/g, '-').toLowerCase()}`;
  const source = sourceOf(evaluations, state);
  const rows = plot.lines.flatMap((line) =>
    line.points.map(({ x, y, low, high, detail }) => [
      line.id,
      line.name,
      state.plot,
      state.stratum,
      state.topK ?? null,
      x,
      y,
      low ?? null,
      high ?? null,
      detail ?? null,
      evaluations.find(({ id }) => id === line.id)?.protocolKey ?? null,
    ]),
  );
  return [
    ...figureFiles(figure, name, source),
    { label: 'CSV', fileName: `${name}.csv`, type: 'text/csv', make: () => csvOf(CSV_HEADER, rows) },
  ];
}

function sourceOf(evaluations: readonly EvaluationHead[], { stratum }: AccuracyState): FigureSource {
  const [first] = evaluations;
  return {
    line: first ? `${lineOfSource(first, stratum)} ${serverAddress()}` : serverAddress(),
    metadata: {
      address: window.location.href,
      evaluations: evaluations.map(({ id, protocolKey, protocol, run }) => ({ id, protocolKey, protocol, run })),
      citation: first?.run.dataset.citation,
    },
  };
}

const EVALUATION_FILES = ['accuracy.csv', 'froc.csv', 'precision-recall.csv', 'outcomes.csv', 'citation'];

/** The curves of an evaluation, what became of each box, and how it is cited. */
function filesOfEvaluation({ id }: { id: string }, index: number, all: readonly unknown[]): ServerFile[] {
  const number = all.length > 1 ? ` (${index + 1})` : '';
  return EVALUATION_FILES.map((file) => ({ label: `${file}${number}`, path: `/exports/evaluations/${id}/${file}` }));
}
