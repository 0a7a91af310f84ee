import { useRef } from 'react';
import { formatNumber, plural } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { CurveFigure } from '../../figures/CurveFigure';
import { Answered, Empty } from '../../parts/States';
import { nameOfEvaluation } from '../accuracy/evaluations';
import { HIT_AXIS, reliabilityLines, SCORE_AXIS } from './points';
import { type PartProps, Section } from './Section';
import { ThresholdCalibrationDocument } from './threshold.generated';

/** Whether a score can be read as the probability of a hit. */
export function Calibration(parts: PartProps) {
  const { evaluation, iouThreshold, stratum } = parts;
  const figure = useRef<SVGSVGElement>(null);
  const variables = { id: evaluation.id, iouThreshold, stratum };
  const query = useAnswer(ThresholdCalibrationDocument, variables, {
    keepPrevious: true,
    staleMs: Number.POSITIVE_INFINITY,
  });
  return (
    <Answered query={query} height="32rem">
      {({ evaluation: answer }) => {
        const calibration = answer?.calibration;
        const interval = calibration?.expectedErrorInterval;
        return (
          <Section
            title="Calibration"
            name="calibration"
            parts={parts}
            figure={figure}
            sources={[{ title: 'Calibration', document: ThresholdCalibrationDocument, variables }]}
            header={['low', 'high', 'count', 'hits', 'mean_score', 'hit_share', 'ci_low', 'ci_high']}
            rows={(calibration?.bins ?? []).map(({ hitShareInterval, ...bin }) => [
              bin.low,
              bin.high,
              bin.count,
              bin.hits,
              bin.meanScore,
              bin.hitShare,
              hitShareInterval?.low ?? null,
              hitShareInterval?.high ?? null,
            ])}
          >
            {calibration && calibration.count > 0 ? (
              <>
                <p>
                  Expected calibration error: <strong>{formatNumber(calibration.expectedError, 3)}</strong>
                  {interval && ` (95 % interval ${formatNumber(interval.low, 3)} to ${formatNumber(interval.high, 3)})`}
                  , over {plural(calibration.count, 'detection')} on {plural(calibration.imageCount, 'image')}
                  {stratum === 'ALL' ? '' : ' with a lesion of the stratum'}. Above the crosses, scores are too low;
                  below them, too high.
                </p>
                <CurveFigure
                  title={`Share of the detections that hit by score of ${nameOfEvaluation(evaluation)}`}
                  lines={reliabilityLines(nameOfEvaluation(evaluation), calibration)}
                  x={SCORE_AXIS}
                  y={HIT_AXIS}
                  showBands
                  svg={figure}
                />
              </>
            ) : (
              <Empty>The detector made no detection here.</Empty>
            )}
          </Section>
        );
      }}
    </Answered>
  );
}
