import type { UseQueryResult } from '@tanstack/react-query';
import type { Answer, AnyDocument, GraphProblem } from '../../data/graph';
import { useAnswer } from '../../data/useAnswer';
import type { Axis, CurveLine } from '../../figures/curve';
import {
  AccuracyCurvesDocument,
  AccuracyDifferencesDocument,
  FrocCurvesDocument,
  PrecisionRecallCurvesDocument,
} from './accuracy.generated';
import {
  ACCURACY_AXIS,
  accuracyPoints,
  differenceAxis,
  differencePoints,
  frocPoints,
  IOU_AXIS,
  type LineHead,
  linesOf,
  PAPER_LINES,
  PRECISION_AXIS,
  precisionRecallPoints,
  RATE_AXIS,
  RECALL_AXIS,
  SENSITIVITY_AXIS,
} from './lines';
import type { AccuracyState } from './state';

/** What the figure draws, and the request behind it. */
export interface PlotData {
  readonly query: UseQueryResult<Answer<unknown>, Error>;
  readonly problems: readonly GraphProblem[];
  readonly document: AnyDocument;
  readonly variables: Record<string, unknown>;
  readonly lines: readonly CurveLine[];
  readonly x: Axis;
  readonly y: Axis;
}

/** Asks for the metric of the chosen tab alone, and makes lines of the answer. */
export function usePlot(
  { plot, stratum, topK, iouThreshold, showPaper }: AccuracyState,
  heads: readonly LineHead[],
): PlotData {
  const ids = heads.map(({ id }) => id);
  const [any, several] = [ids.length > 0, ids.length > 1];
  const options = { keepPrevious: true, staleMs: Number.POSITIVE_INFINITY };
  const byIou = { ids, stratum, topK: topK ?? null };
  const atIou = { ids, stratum, iouThreshold };
  const accuracy = useAnswer(AccuracyCurvesDocument, byIou, { ...options, enabled: any && plot === 'iou' });
  const froc = useAnswer(FrocCurvesDocument, atIou, { ...options, enabled: any && plot === 'froc' });
  const precision = { ids, iouThreshold };
  const recall = useAnswer(PrecisionRecallCurvesDocument, precision, { ...options, enabled: any && plot === 'pr' });
  const differences = useAnswer(AccuracyDifferencesDocument, byIou, {
    ...options,
    enabled: several && plot === 'diff',
  });
  switch (plot) {
    case 'froc':
      return {
        ...shared(froc, FrocCurvesDocument, atIou),
        lines: linesOf(heads, frocPoints(froc.data?.data.nodes ?? [])),
        x: RATE_AXIS,
        y: SENSITIVITY_AXIS,
      };
    case 'pr':
      return {
        ...shared(recall, PrecisionRecallCurvesDocument, precision),
        lines: linesOf(heads, precisionRecallPoints(recall.data?.data.nodes ?? [])),
        x: RECALL_AXIS,
        y: PRECISION_AXIS,
      };
    case 'diff': {
      const points = differencePoints(differences.data?.data.compareEvaluations.differences ?? []);
      const lines = linesOf(heads.slice(1), points);
      return {
        ...shared(differences, AccuracyDifferencesDocument, byIou),
        lines,
        x: IOU_AXIS,
        y: differenceAxis(lines),
      };
    }
    case 'iou': {
      const lines = linesOf(heads, accuracyPoints(accuracy.data?.data.nodes ?? []));
      return {
        ...shared(accuracy, AccuracyCurvesDocument, byIou),
        lines: showPaper ? [...lines, ...PAPER_LINES] : lines,
        x: IOU_AXIS,
        y: ACCURACY_AXIS,
      };
    }
  }
}

function shared<Result>(
  query: UseQueryResult<Answer<Result>, Error>,
  document: AnyDocument,
  variables: Record<string, unknown>,
): Pick<PlotData, 'query' | 'problems' | 'document' | 'variables'> {
  return { query, problems: query.data?.problems ?? [], document, variables };
}
