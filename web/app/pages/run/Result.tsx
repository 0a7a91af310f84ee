import { Link } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { serverAddress } from '../../data/base';
import { sourceLine } from '../../data/sourceLine';
import { formatPercent, topKDetections } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { CurveFigure } from '../../figures/CurveFigure';
import type { CurveLine } from '../../figures/curve';
import { figureFiles } from '../../figures/exportSvg';
import { GetThis } from '../../parts/GetThis';
import { ACCURACY_AXIS, accuracyPoint, IOU_AXIS } from '../accuracy/lines';
import { nameOfRun, pointAtIou } from '../runs/rows';
import { RunDocument, RunReviewDocument } from './run.generated';
import type { RunDetails } from './useRun';

type RunEvaluation = RunDetails['evaluations'][number];

/** The evaluation that is shown: the newest by the paper's rules without reviews, or the newest of all. */
export function mainEvaluation({ evaluations }: RunDetails): RunEvaluation | undefined {
  return (
    evaluations.find(({ protocol }) => protocol.preset === 'PAPER' && protocol.reviewsUpTo === null) ?? evaluations[0]
  );
}

/** What came out of a run: its accuracy by IoU, in a figure and in one sentence. */
export function Result({ run }: { run: RunDetails }) {
  const figure = useRef<SVGSVGElement>(null);
  const evaluation = mainEvaluation(run);
  const lines = useMemo(() => (evaluation ? linesOf(evaluation) : []), [evaluation]);
  if (!evaluation) return null;
  const title = `Accuracy by IoU of ${nameOfRun(run)}`;
  const { dataset } = run;
  const source = {
    line: `${sourceLine(dataset, `${evaluation.lesionCount} lesions`, `run ${run.id}`)} ${serverAddress()}`,
    metadata: {
      address: window.location.href,
      run: run.id,
      evaluation: evaluation.id,
      protocolKey: evaluation.protocolKey,
      citation: dataset.citation,
    },
  };
  return (
    <section className="card stack" aria-label="Accuracy">
      <div className="spread">
        <h2>Accuracy</h2>
        <div className="row">
          <Link className="button" to={PATHS.accuracy} search={{ e: evaluation.id }}>
            All curves and strata
          </Link>
          <Link className="button" to={PATHS.threshold} search={{ e: evaluation.id }}>
            Move the score threshold
          </Link>
          <Link className="button" to={PATHS.errors} search={{ e: evaluation.id }}>
            Errors as pictures
          </Link>
          <ReviewLink runId={run.id} />
          <Link className="button" to={PATHS.datasetLesions} params={{ slug: dataset.slug }}>
            Lesions of the data set
          </Link>
          <GetThis
            sources={[{ title: 'The run with its curves', document: RunDocument, variables: { id: run.id } }]}
            downloads={figureFiles(figure, 'accuracy', source)}
          />
        </div>
      </div>
      <p>{sentenceOf(evaluation)}</p>
      <CurveFigure title={title} lines={lines} x={IOU_AXIS} y={ACCURACY_AXIS} showBands svg={figure} readAt={0.5} />
    </section>
  );
}

function linesOf({ id, protocol, top1, topK }: RunEvaluation): CurveLine[] {
  const lines = [{ id: `${id} 1`, name: topKDetections(1), styleIndex: 0, points: (top1 ?? []).map(accuracyPoint) }];
  if (protocol.defaultTopK === 1) return lines;
  return [
    ...lines,
    {
      id: `${id} k`,
      name: topKDetections(protocol.defaultTopK),
      styleIndex: 1,
      points: (topK ?? []).map(accuracyPoint),
    },
  ];
}

function sentenceOf({ lesionCount, imageCount, top1, topK, protocol }: RunEvaluation): string {
  const best = pointAtIou(top1, 0.5);
  const several = pointAtIou(topK, 0.5);
  if (!best || best.accuracy === null) return `No lesion on the ${imageCount} images can be counted.`;
  return (
    `The top-1 detection finds ${formatPercent(best.accuracy)} of ${lesionCount} lesions at IoU > 0.5 ` +
    `(95 % interval ${formatPercent(best.ciLow)} to ${formatPercent(best.ciHigh)})` +
    (several && protocol.defaultTopK > 1
      ? `, the ${topKDetections(protocol.defaultTopK)} find ${formatPercent(several.accuracy)}.`
      : '.')
  );
}

function ReviewLink({ runId }: { runId: string }) {
  const query = useAnswer(RunReviewDocument, { id: runId }, { staleMs: 0 });
  const progress = query.data?.data.reviewProgress;
  if (!progress || progress.candidates === 0) return null;
  const open = progress.candidates - progress.reviewed;
  return (
    <Link className="button" to={PATHS.review} search={{ run: runId }}>
      {open > 0 ? `Review ${open} false positives` : 'All false positives are reviewed'}
    </Link>
  );
}
