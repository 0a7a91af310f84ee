import { useMemo, useRef } from 'react';
import { serverAddress } from '../../data/base';
import { csvOf } from '../../data/csv';
import { sourceLine } from '../../data/sourceLine';
import { useAnswer } from '../../data/useAnswer';
import { useMay } from '../../data/viewer';
import { CurveFigure } from '../../figures/CurveFigure';
import { type FigureSource, figureFiles } from '../../figures/exportSvg';
import { GetThis } from '../../parts/GetThis';
import { Needs } from '../../parts/Needs';
import { Answered, Empty, Problem } from '../../parts/States';
import { axesOf, linesOfReviews, type ReviewedEvaluations, reviewedEvaluations } from './curves';
import { ReviewCurvesDocument, type ReviewRunQuery } from './review.generated';
import type { Curve } from './search';
import type { ChangeReview } from './state';
import type { Evaluating } from './useEvaluation';

export type ReviewedRun = NonNullable<ReviewRunQuery['detectionRun']>;

/** What the verdicts change: the curve without them, and with them as soon as the run is evaluated again. */
export function ReviewCurve({
  run,
  curve,
  change,
  evaluation,
}: {
  run: ReviewedRun;
  curve: Curve;
  change: ChangeReview;
  evaluation: Evaluating;
}) {
  const right = useMay('detect', 'review');
  const query = useAnswer(ReviewCurvesDocument, { run: run.id }, { staleMs: 0, keepPrevious: true });
  return (
    <section className="card stack" aria-label="Accuracy with the reviews">
      <div className="spread">
        <h2>With the reviews</h2>
        <button type="button" disabled={evaluation.isPending || !right.isGiven} onClick={evaluation.start}>
          {evaluation.isPending ? 'Evaluating …' : 'Evaluate again'} <kbd>e</kbd>
        </button>
      </div>
      <Needs right={right} />
      {evaluation.error && <Problem error={evaluation.error} />}
      <div className="tabs" role="tablist" aria-label="Curve">
        {(['froc', 'iou'] as const).map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            aria-selected={one === curve}
            onClick={() => change({ curve: one })}
          >
            {one === 'froc' ? 'FROC' : 'Accuracy by IoU'}
          </button>
        ))}
      </div>
      <Answered query={query} height="24rem">
        {({ detectionRun }) => (
          <Figure run={run} curve={curve} evaluations={reviewedEvaluations(detectionRun?.evaluations ?? [])} />
        )}
      </Answered>
    </section>
  );
}

function Figure({ run, curve, evaluations }: { run: ReviewedRun; curve: Curve; evaluations: ReviewedEvaluations }) {
  const figure = useRef<SVGSVGElement>(null);
  const lines = useMemo(() => linesOfReviews(evaluations, curve), [evaluations, curve]);
  const { x, y, title } = axesOf(curve);
  if (lines.length === 0) return <Empty>This run has not been evaluated by the paper’s rules.</Empty>;
  const { newest, without } = evaluations;
  const source = sourceOf(run, evaluations);
  const rows = lines.flatMap((line) =>
    line.points.map((point) => [
      line.id,
      line.name,
      curve,
      point.x,
      point.y,
      point.low ?? null,
      point.high ?? null,
      point.detail ?? null,
    ]),
  );
  return (
    <>
      <CurveFigure
        title={`${title} of ${run.detector.name} ${run.detector.version}, with and without reviews`}
        lines={lines}
        x={x}
        y={y}
        showBands={lines.length < 3}
        svg={figure}
      />
      <p className="muted small">{sentenceOf(newest, without)}</p>
      <div>
        <GetThis
          sources={[{ title: 'The curves', document: ReviewCurvesDocument, variables: { run: run.id } }]}
          downloads={[
            ...figureFiles(figure, `review-${curve}`, source),
            { label: 'CSV', fileName: `review-${curve}.csv`, type: 'text/csv', make: () => csvOf(HEADER, rows) },
          ]}
        />
      </div>
    </>
  );
}

const HEADER = ['evaluation', 'line', 'plot', 'x', 'value', 'ci_low', 'ci_high', 'detail'];

function sentenceOf(newest: ReviewedEvaluations['newest'], without: ReviewedEvaluations['without']): string {
  if (!newest) return 'Evaluate again to see what the verdicts change: confirmed boxes count as lesions then.';
  const confirmed = newest.lesionCount - (without?.lesionCount ?? newest.lesionCount);
  return (
    `${newest.lesionCount} lesions, ${confirmed} of them confirmed by reviews. After reviews, precision is exact; ` +
    'sensitivity is an upper bound, because lesions that no box hits stay unknown.'
  );
}

function sourceOf({ id, dataset, detector }: ReviewedRun, { newest, without }: ReviewedEvaluations): FigureSource {
  const reviews = newest ? `reviews up to ${newest.protocol.reviewsUpTo}` : 'no reviews';
  return {
    line: `${sourceLine(
      dataset,
      `${detector.name} ${detector.version}`,
      `${(newest ?? without)?.lesionCount ?? 0} lesions`,
      reviews,
    )} ${serverAddress()}`,
    metadata: {
      address: window.location.href,
      run: id,
      evaluations: [newest, without].flatMap((one) =>
        one ? [{ id: one.id, protocolKey: one.protocolKey, protocol: one.protocol }] : [],
      ),
      citation: dataset.citation,
    },
  };
}
