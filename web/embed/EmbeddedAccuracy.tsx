import { useEffect, useState } from 'react';
import { ask } from '../app/data/graph';
import { listOf, numberOf, oneOf } from '../app/data/url';
import { CurveFigure } from '../app/figures/CurveFigure';
import type { Axis, CurveLine } from '../app/figures/curve';
import {
  AccuracyCurvesDocument,
  EvaluationHeadsDocument,
  FrocCurvesDocument,
  PrecisionRecallCurvesDocument,
} from '../app/pages/accuracy/accuracy.generated';
import { evaluationsOf, lineOfSource } from '../app/pages/accuracy/evaluations';
import {
  ACCURACY_AXIS,
  accuracyPoints,
  frocPoints,
  IOU_AXIS,
  lineHeadsOf,
  linesOf,
  PRECISION_AXIS,
  precisionRecallPoints,
  RATE_AXIS,
  RECALL_AXIS,
  SENSITIVITY_AXIS,
} from '../app/pages/accuracy/lines';

const PLOTS = ['iou', 'froc', 'pr'] as const;
const TITLES = { iou: 'Accuracy by IoU', froc: 'FROC', pr: 'Precision–recall' } as const;

interface Figure {
  readonly title: string;
  readonly lines: readonly CurveLine[];
  readonly x: Axis;
  readonly y: Axis;
  readonly source: string;
}

/**
 * The figure of the accuracy page alone, for a frame in somebody else's page: legend, read-out, and one line that says
 * what it rests on and leads to the whole page. It takes the parameters of that page: `e`, `plot`, `s`, `k`, `iou`,
 * `band`; and `theme`.
 */
export function EmbeddedAccuracy({ parameters }: { parameters: URLSearchParams }) {
  const [figure, setFigure] = useState<Figure | Error | null>(null);
  useEffect(() => {
    const left = new AbortController();
    loadFigure(parameters, left.signal)
      .then(setFigure)
      .catch((failure: Error) => left.signal.aborted || setFigure(failure));
    return () => left.abort();
  }, [parameters]);
  if (figure === null) return <p role="status">Loading the figure …</p>;
  if (figure instanceof Error) return <p role="alert">{figure.message}</p>;
  return (
    <>
      <h1 className="visually-hidden">{figure.title}</h1>
      <CurveFigure {...figure} showBands={parameters.get('band') !== '0'} />
      <p className="small muted">
        {figure.source}{' '}
        <a href={`/accuracy?${withoutTheme(parameters)}`} target="_blank" rel="noreferrer">
          DeepLesion Server
        </a>
      </p>
    </>
  );
}

function withoutTheme(parameters: URLSearchParams): string {
  const copy = new URLSearchParams(parameters);
  copy.delete('theme');
  return copy.toString();
}

async function loadFigure(parameters: URLSearchParams, signal: AbortSignal): Promise<Figure> {
  const ids = listOf(parameters.get('e') ?? undefined);
  if (ids.length === 0) throw new Error('This figure needs evaluations: /embed/accuracy?e=ID,ID');
  const plot = oneOf(parameters.get('plot') ?? undefined, PLOTS, 'iou');
  const stratum = parameters.get('s') ?? 'ALL';
  const { data } = await ask(EvaluationHeadsDocument, { ids }, signal);
  const evaluations = evaluationsOf(data.nodes);
  const [first] = evaluations;
  if (!first) throw new Error('No evaluation has one of these ids.');
  const heads = lineHeadsOf(evaluations, stratum);
  const { points, x, y } = await loadPoints(plot, parameters, { ids: heads.map(({ id }) => id), stratum }, signal);
  return {
    title: `${TITLES[plot]} of ${heads.map(({ name }) => name).join(' and ')}`,
    lines: linesOf(heads, points),
    x,
    y,
    source: lineOfSource(first, stratum),
  };
}

async function loadPoints(
  plot: (typeof PLOTS)[number],
  parameters: URLSearchParams,
  { ids, stratum }: { ids: string[]; stratum: string },
  signal: AbortSignal,
) {
  const iouThreshold = numberOf(parameters.get('iou') ?? undefined, 0.5, 0, 1);
  switch (plot) {
    case 'froc': {
      const { data } = await ask(FrocCurvesDocument, { ids, stratum, iouThreshold }, signal);
      return { points: frocPoints(data.nodes), x: RATE_AXIS, y: SENSITIVITY_AXIS };
    }
    case 'pr': {
      const { data } = await ask(PrecisionRecallCurvesDocument, { ids, iouThreshold }, signal);
      return { points: precisionRecallPoints(data.nodes), x: RECALL_AXIS, y: PRECISION_AXIS };
    }
    case 'iou': {
      const k = parameters.get('k');
      const variables = { ids, stratum, topK: k === null ? null : numberOf(k, 1, 1, 1000) };
      const { data } = await ask(AccuracyCurvesDocument, variables, signal);
      return { points: accuracyPoints(data.nodes), x: IOU_AXIS, y: ACCURACY_AXIS };
    }
  }
}
