/** What `deeplesion submit` prints, of a submission to this database or to another server. */
import type { SubmissionProblem } from '../submissions';

/** What the reports of both say of a file. */
export interface PrintedReport {
  readonly boxCount: number;
  readonly imagesWithBoxes: number;
  readonly imageCount: number;
  readonly clippedCount: number;
  readonly scoreRange: { readonly least: number; readonly most: number } | null;
  readonly meanIou: number | null;
  readonly lesions: number;
  readonly ignoredFields: readonly string[];
  readonly problems: readonly Pick<SubmissionProblem, 'line' | 'message'>[];
}

/**
 * Counts on standard error, as everything that is no result.
 *
 * @param suspicions as sentences
 */
export function printReport(report: PrintedReport, suspicions: readonly string[]): void {
  const { boxCount, imagesWithBoxes, imageCount, clippedCount, scoreRange, meanIou, lesions, ignoredFields } = report;
  const lines = [
    `${boxCount} boxes on ${imagesWithBoxes} of ${imageCount} images; ${clippedCount} reach beyond their image.`,
  ];
  if (scoreRange) lines.push(`scores: ${scoreRange.least} to ${scoreRange.most}`);
  if (meanIou !== null) lines.push(`mean IoU of the best boxes: ${meanIou.toFixed(3)} (${lesions} lesions)`);
  if (ignoredFields.length > 0) lines.push(`not used: ${ignoredFields.join(', ')}`);
  for (const { line, message } of report.problems) lines.push(`problem${line > 0 ? ` in ${line}` : ''}: ${message}`);
  for (const suspicion of suspicions) lines.push(`suspicion: ${suspicion}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** A point of an accuracy curve. */
interface PrintedPoint {
  readonly iouThreshold: number;
  readonly accuracy: number | null;
  readonly correct: number;
  readonly total: number;
}

/** @returns the accuracy curve as a table */
export function curveText(points: readonly PrintedPoint[]): string {
  const lines = points.map(({ iouThreshold, accuracy, correct, total }) => {
    const share = accuracy === null ? '–' : accuracy.toFixed(3);
    return `  ${iouThreshold.toFixed(2)}  ${share}  (${correct} of ${total})`;
  });
  return ['accuracy by IoU threshold, best boxes of an image', ...lines, ''].join('\n');
}
