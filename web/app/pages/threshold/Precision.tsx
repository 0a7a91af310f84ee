import { useRef } from 'react';
import { formatPercent } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { CurveFigure } from '../../figures/CurveFigure';
import { Answered, Empty } from '../../parts/States';
import { nameOfEvaluation } from '../accuracy/evaluations';
import { PRECISION_AXIS, RECALL_AXIS } from '../accuracy/lines';
import { precisionLine } from './points';
import { type PartProps, Section } from './Section';
import { ThresholdPrecisionDocument } from './threshold.generated';

/** Precision by recall at any IoU threshold and in any stratum, with its band. */
export function Precision(parts: PartProps) {
  const { evaluation, iouThreshold, stratum } = parts;
  const figure = useRef<SVGSVGElement>(null);
  const variables = { id: evaluation.id, iouThreshold, stratum };
  const query = useAnswer(ThresholdPrecisionDocument, variables, {
    keepPrevious: true,
    staleMs: Number.POSITIVE_INFINITY,
  });
  return (
    <Answered query={query} height="32rem">
      {({ evaluation: answer }) => {
        const points = answer?.precisionRecall ?? [];
        const interval = answer?.averagePrecisionInterval;
        return (
          <Section
            title="Precision–recall"
            name="precision-recall"
            parts={parts}
            figure={figure}
            sources={[{ title: 'Precision–recall', document: ThresholdPrecisionDocument, variables }]}
            header={['recall', 'precision', 'ci_low', 'ci_high', 'score_threshold']}
            rows={points.map(({ recall, precision, ciLow, ciHigh, scoreThreshold }) => [
              recall,
              precision,
              ciLow,
              ciHigh,
              scoreThreshold,
            ])}
          >
            {points.length > 0 ? (
              <>
                <p>
                  Average precision at IoU {iouThreshold}: <strong>{formatPercent(answer?.averagePrecision)}</strong>
                  {interval && ` (95 % interval ${formatPercent(interval.low)} to ${formatPercent(interval.high)})`}
                  {stratum === 'ALL' ? '.' : '; hits on lesions of other strata are false positives.'}
                </p>
                <CurveFigure
                  title={`Precision by recall of ${nameOfEvaluation(evaluation)}`}
                  lines={[precisionLine(nameOfEvaluation(evaluation), points)]}
                  x={RECALL_AXIS}
                  y={PRECISION_AXIS}
                  showBands
                  svg={figure}
                />
              </>
            ) : (
              <Empty>No lesion of this stratum was evaluated.</Empty>
            )}
          </Section>
        );
      }}
    </Answered>
  );
}
