import { useRef } from 'react';
import { formatCount, formatNumber, formatPercent } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { CurveFigure } from '../../figures/CurveFigure';
import { useSettled } from '../../figures/useSettled';
import { Answered, Empty } from '../../parts/States';
import { Wide } from '../../parts/Wide';
import { nameOfEvaluation } from '../accuracy/evaluations';
import { SENSITIVITY_AXIS } from '../accuracy/lines';
import { type CurveRow, markedRows, rateAxis, rowAt, sensitivityLine } from './points';
import { type PartProps, Section } from './Section';
import { ThresholdCurveDocument, ThresholdPointDocument, type ThresholdPointQuery } from './threshold.generated';

/** A marker that rests for so long is asked for with its intervals. */
const REST_MS = 250;

interface OperatingPointProps extends PartProps {
  readonly score: number | undefined;
  readonly onScore: (score: number) => void;
}

/** The curve over all score thresholds, with a marker that a slider moves, and the figures there. */
export function OperatingPoint(props: OperatingPointProps) {
  const { evaluation, iouThreshold, stratum } = props;
  const variables = { id: evaluation.id, iouThreshold, stratum };
  const query = useAnswer(ThresholdCurveDocument, variables, {
    keepPrevious: true,
    staleMs: Number.POSITIVE_INFINITY,
  });
  return (
    <Answered query={query} height="40rem">
      {(data) => <Marked {...props} curve={data.evaluation?.operatingCurve ?? []} />}
    </Answered>
  );
}

function Marked({ score, onScore, curve, ...parts }: OperatingPointProps & { curve: readonly CurveRow[] }) {
  const { evaluation, iouThreshold, stratum } = parts;
  const figure = useRef<SVGSVGElement>(null);
  const rows = markedRows(curve);
  const asked = rowAt(rows, score);
  const [rate, setRate] = useSettled(asked?.falsePositivesPerImage ?? 0, REST_MS, (settled) => {
    const row = rows.find(({ falsePositivesPerImage }) => falsePositivesPerImage === settled);
    if (row && row.scoreThreshold !== null) onScore(row.scoreThreshold);
  });
  const marked = rows.find(({ falsePositivesPerImage }) => falsePositivesPerImage === rate) ?? asked;
  const variables = { id: evaluation.id, iouThreshold, stratum };
  return (
    <Section
      title="Operating point"
      name="operating-curve"
      parts={parts}
      figure={figure}
      sources={[
        { title: 'The curve', document: ThresholdCurveDocument, variables },
        {
          title: 'The point',
          document: ThresholdPointDocument,
          variables: { ...variables, scoreThreshold: marked?.scoreThreshold ?? 0.5 },
        },
      ]}
      header={[
        'score_threshold',
        'sensitivity',
        'false_positives_per_image',
        'precision',
        'hits',
        'false_positives',
        'lesions',
        'images',
      ]}
      rows={curve.map((row) => [
        row.scoreThreshold,
        row.sensitivity,
        row.falsePositivesPerImage,
        row.precision,
        row.truePositives,
        row.falsePositives,
        row.lesionCount,
        row.imageCount,
      ])}
    >
      {marked && marked.scoreThreshold !== null ? (
        <>
          <Figures {...parts} marked={marked} scoreThreshold={marked.scoreThreshold} />
          <CurveFigure
            title={`Sensitivity by false positives per image of ${nameOfEvaluation(evaluation)}`}
            lines={[sensitivityLine(nameOfEvaluation(evaluation), rows)]}
            x={rateAxis(rows)}
            y={SENSITIVITY_AXIS}
            showBands={false}
            readAt={rate}
            onReadAt={setRate}
            svg={figure}
          />
        </>
      ) : (
        <Empty>The detector made no detection here.</Empty>
      )}
    </Section>
  );
}

type Point = NonNullable<NonNullable<ThresholdPointQuery['evaluation']>['operatingPoint']>;
type Interval = { readonly low: number; readonly high: number } | null;

/** The figures at the marker at once, and their intervals when the server has answered. */
function Figures({
  evaluation,
  iouThreshold,
  stratum,
  marked,
  scoreThreshold,
}: PartProps & { marked: CurveRow; scoreThreshold: number }) {
  const variables = { id: evaluation.id, iouThreshold, stratum, scoreThreshold };
  const query = useAnswer(ThresholdPointDocument, variables, { staleMs: Number.POSITIVE_INFINITY });
  const point: Point | null | undefined = query.data?.data.evaluation?.operatingPoint;
  const { sensitivity, falsePositivesPerImage, precision, truePositives, falsePositives } = marked;
  const percents = (interval: Interval | undefined): string =>
    interval ? `${formatNumber(100 * interval.low, 1)} to ${formatPercent(interval.high)}` : '–';
  const rates = (interval: Interval | undefined): string =>
    interval ? `${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)}` : '–';
  const rows = [
    [
      'Sensitivity',
      formatPercent(sensitivity),
      percents(point?.sensitivityInterval),
      `${formatCount(truePositives)} of ${formatCount(marked.lesionCount)} lesions`,
    ],
    [
      'False positives per image',
      formatNumber(falsePositivesPerImage, 2),
      rates(point?.falsePositivesPerImageInterval),
      `${formatCount(falsePositives)} on ${formatCount(marked.imageCount)} images`,
    ],
    [
      'Precision',
      formatPercent(precision),
      percents(point?.precisionInterval),
      `${formatCount(truePositives)} of ${formatCount(truePositives + falsePositives)}`,
    ],
    ['F1', formatPercent(point?.f1), percents(point?.f1Interval), ''],
  ] as const;
  return (
    <>
      <p>
        A detection counts if its score is at least <strong>{formatNumber(scoreThreshold, 3)}</strong>.
      </p>
      <Wide label="The figures at the score threshold">
        <table aria-busy={query.isFetching}>
          <caption className="visually-hidden">The figures at the score threshold</caption>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" className="number">
                Value
              </th>
              <th scope="col" className="number">
                95 % interval
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, value, interval, counts]) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  {counts !== '' && (
                    <>
                      <br />
                      <span className="small muted">{counts}</span>
                    </>
                  )}
                </th>
                <td className="number nowrap">{value}</td>
                <td className="number nowrap">{interval}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </>
  );
}
