import type { Interval } from '../evaluation';
import type { DetectorFigure, RealSlicesReport } from './compareDetectors';

/** With fewer, a bootstrap over patients makes intervals that are too narrow. */
const FEW_PATIENTS = 30;

const percent = (share: number): string => (100 * share).toFixed(1);
const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)}`;

function withInterval(text: string, interval: Interval | null, write: (share: number) => string): string {
  return interval === null ? text : `${text} (${write(interval.low)} to ${write(interval.high)})`;
}

/** `7 of 26, 26.9 (11.5 to 42.3)` */
function figure({ correct, total, interval }: DetectorFigure): string {
  return withInterval(`${correct} of ${total}, ${percent(correct / total)}`, interval, percent);
}

/** The rows of a table in Markdown, one for each detector and topK. */
function rows<T extends { topK: number }>(name: string, cells: readonly T[], write: (cell: T) => string): string[] {
  const topKs = [...new Set(cells.map(({ topK }) => topK))];
  return topKs.map(
    (topK) =>
      `| ${name} | ${topK} | ${cells
        .filter((cell) => cell.topK === topK)
        .map(write)
        .join(' | ')} |`,
  );
}

/** The report as text that can be pasted into a page: what was measured, and a table in Markdown. */
export function describeReport(report: RealSlicesReport): string {
  const { slices, lesions, patients, hounsfieldAdded, detectors, differences } = report;
  const thresholds = [...new Set(detectors.flatMap(({ figures }) => figures.map((one) => one.iouThreshold)))];
  const added = hounsfieldAdded === 0 ? '' : `, ${hounsfieldAdded} HU added to every pixel`;
  return [
    `${lesions} lesions on ${slices} key slices of ${patients} patients${added}.`,
    'Lesions found by the top-1 and top-5 detections of their image, in per cent; differences in points. In parentheses',
    `95 % intervals of a bootstrap over patients${patients < FEW_PATIENTS ? `, too narrow with only ${patients} of them` : ''}.`,
    '',
    `| detector | top | ${thresholds.map((iou) => `IoU > ${iou}`).join(' | ')} |`,
    `|---|---|${'---|'.repeat(thresholds.length)}`,
    ...detectors.flatMap(({ name, figures }) => rows(name, figures, figure)),
    ...differences.flatMap(({ name, baseline, points: cells }) =>
      rows(`${name} minus ${baseline}`, cells, ({ difference, interval }) =>
        difference === null ? '–' : withInterval(points(difference), interval, points),
      ),
    ),
  ].join('\n');
}
