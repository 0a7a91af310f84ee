import { formatCount, formatDuration, formatNumber, plural } from '../../data/text';
import type { RunRowFragment, RunsQuery } from './runs.generated';

export type RunRow = RunRowFragment;
export type RunEvaluation = RunRow['evaluations'][number];

/** "phantom-multi 1.0.0 on demo@1" */
export function nameOfRun({
  detector,
  dataset,
}: {
  detector: { name: string; version: string };
  dataset: { slug: string; version: number };
}): string {
  return `${detector.name} ${detector.version} on ${dataset.slug}@${dataset.version}`;
}

export const isUnfinished = ({ status }: Pick<RunRow, 'status'>): boolean =>
  status === 'QUEUED' || status === 'RUNNING';

/** Whether a bar says more than the status: all is done of a run that succeeded without failures. */
export const hasBar = ({ status, progress }: Pick<RunRow, 'status' | 'progress'>): boolean =>
  status !== 'SUCCEEDED' || progress.failed > 0;

/**
 * The evaluation that a list shows of a run: the newest by the paper's rules and without reviews, because these are
 * comparable from run to run; the newest of all where there is none.
 */
export function shownEvaluation({ evaluations }: Pick<RunRow, 'evaluations'>): RunEvaluation | undefined {
  return (
    evaluations.find(({ protocol }) => protocol.preset === 'PAPER' && protocol.reviewsUpTo === null) ?? evaluations[0]
  );
}

/** The point of a curve at an IoU threshold. */
export function pointAtIou<Point extends { iouThreshold: number }>(
  curve: readonly Point[] | null | undefined,
  iouThreshold: number,
): Point | undefined {
  return curve?.find((point) => Math.abs(point.iouThreshold - iouThreshold) < 1e-9);
}

/**
 * What a run has done as text: "12 of 30 images, 4.1 images/s, about 5 s left".
 *
 * @param now milliseconds since 1970
 */
export function sentenceOfProgress(
  run: Pick<RunRow, 'status' | 'progress' | 'queuePosition' | 'estimatedEndAt'> & {
    readonly timing: Pick<RunRow['timing'], 'imagesPerSecond'>;
  },
  now: number,
): string {
  const { status, progress, timing, queuePosition, estimatedEndAt } = run;
  const { completed, failed, total } = progress;
  const left =
    estimatedEndAt === null ? [] : [`about ${formatDuration((Date.parse(estimatedEndAt) - now) / 1000)} left`];
  if (status === 'QUEUED') {
    const before =
      queuePosition === null
        ? []
        : [queuePosition === 0 ? 'next in the queue' : `${plural(queuePosition, 'job')} before`];
    return [plural(total, 'image'), ...before, ...left].join(', ');
  }
  const speed = timing.imagesPerSecond === null ? [] : [`${formatNumber(timing.imagesPerSecond)} images/s`];
  const failures = failed > 0 ? [`${formatCount(failed)} failed`] : [];
  const done =
    completed + failed === total
      ? plural(total, 'image')
      : `${formatCount(completed + failed)} of ${plural(total, 'image')}`;
  return [done, ...failures, ...speed, ...(status === 'RUNNING' ? left : [])].join(', ');
}

/** Lines of the table as CSV, with `CSV_HEADER`. */
export const CSV_HEADER = [
  'run',
  'detector',
  'detector_version',
  'data_set',
  'data_set_version',
  'status',
  'created_at',
  'finished_at',
  'images',
  'images_completed',
  'images_failed',
  'images_per_second',
  'mean_ms_per_image',
  'evaluation',
  'protocol_key',
  'accuracy_top1_iou_0.5',
  'ci_low',
  'ci_high',
  'lesions_found',
  'lesions',
];

export function csvRowOf(run: RunRow): (string | number | null)[] {
  const { id, detector, dataset, status, createdAt, finishedAt, progress, timing } = run;
  const evaluation = shownEvaluation(run);
  const point = pointAtIou(evaluation?.accuracyCurve, 0.5);
  return [
    id,
    detector.name,
    detector.version,
    dataset.slug,
    dataset.version,
    status,
    createdAt,
    finishedAt,
    progress.total,
    progress.completed,
    progress.failed,
    timing.imagesPerSecond,
    timing.meanMsPerImage,
    evaluation?.id ?? null,
    evaluation?.protocolKey ?? null,
    point?.accuracy ?? null,
    point?.ciLow ?? null,
    point?.ciHigh ?? null,
    point?.correct ?? null,
    point?.total ?? null,
  ];
}

/**
 * The list with a run as the stream told it.
 *
 * @returns undefined if the run is not in the list: it must be asked for again
 */
export function withRun(list: RunsQuery, run: RunRow): RunsQuery | undefined {
  const { nodes } = list.detectionRuns;
  if (!nodes.some(({ id }) => id === run.id)) return undefined;
  return {
    ...list,
    detectionRuns: { ...list.detectionRuns, nodes: nodes.map((row) => (row.id === run.id ? run : row)) },
  };
}

/** What a selection of runs can be compared by, and why not. */
export interface Comparison {
  /** of the selected runs, in the order of the selection */
  readonly evaluations: readonly string[];
  /** a sentence, if figures of these runs stand side by side and are not comparable */
  readonly warning: string | null;
}

export function comparisonOf(selected: readonly string[], rows: ReadonlyMap<string, RunRow>): Comparison {
  const chosen = selected.flatMap((id) => {
    const row = rows.get(id);
    const evaluation = row && shownEvaluation(row);
    return evaluation ? [evaluation] : [];
  });
  const isComparable = new Set(chosen.map(({ protocolKey }) => protocolKey)).size < 2;
  return {
    evaluations: chosen.map(({ id }) => id),
    warning: isComparable
      ? null
      : 'These runs have different data sets or protocols: their figures stand side by side and are not comparable.',
  };
}
