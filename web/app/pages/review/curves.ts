import type { Axis, CurveLine } from '../../figures/curve';
import { ACCURACY_AXIS, accuracyPoint, frocPoint, IOU_AXIS, RATE_AXIS, SENSITIVITY_AXIS } from '../accuracy/lines';
import type { ReviewCurvesQuery } from './review.generated';
import type { Curve } from './search';

type Evaluation = NonNullable<ReviewCurvesQuery['detectionRun']>['evaluations'][number];

/** The evaluations that show what the reviews change: without any, and with those up to the newest two numbers. */
export interface ReviewedEvaluations {
  readonly without: Evaluation | undefined;
  readonly before: Evaluation | undefined;
  readonly newest: Evaluation | undefined;
}

/**
 * Picks them, by the paper's rules, because other rules are not comparable.
 *
 * @param evaluations the newest first
 */
export function reviewedEvaluations(evaluations: readonly Evaluation[]): ReviewedEvaluations {
  const ours = evaluations.filter(({ protocol }) => protocol.preset === 'PAPER');
  const reviewed = ours
    .filter(({ protocol }) => protocol.reviewsUpTo !== null)
    .sort((a, b) => (b.protocol.reviewsUpTo ?? 0) - (a.protocol.reviewsUpTo ?? 0));
  return {
    without: ours.find(({ protocol }) => protocol.reviewsUpTo === null),
    newest: reviewed[0],
    before: reviewed[1],
  };
}

/** The curves in the order of the reviews. */
export function linesOfReviews({ without, before, newest }: ReviewedEvaluations, curve: Curve): CurveLine[] {
  const lines: { evaluation: Evaluation | undefined; name: string; styleIndex: number }[] = [
    { evaluation: newest, name: nameOf(newest), styleIndex: 0 },
    { evaluation: before, name: nameOf(before), styleIndex: 2 },
    { evaluation: without, name: 'without reviews', styleIndex: 1 },
  ];
  return lines.flatMap(({ evaluation, name, styleIndex }) =>
    evaluation ? [{ id: evaluation.id, name, styleIndex, points: pointsOf(evaluation, curve) }] : [],
  );
}

const nameOf = (evaluation: Evaluation | undefined): string =>
  `with ${evaluation?.protocol.reviewsUpTo ?? 0} ${evaluation?.protocol.reviewsUpTo === 1 ? 'review' : 'reviews'}`;

const pointsOf = ({ accuracyCurve, froc }: Evaluation, curve: Curve): CurveLine['points'] =>
  curve === 'iou' ? (accuracyCurve ?? []).map(accuracyPoint) : (froc ?? []).map(frocPoint);

/** Axes of a curve. */
export function axesOf(curve: Curve): { x: Axis; y: Axis; title: string } {
  return curve === 'iou'
    ? { x: IOU_AXIS, y: ACCURACY_AXIS, title: 'Accuracy by IoU of the top-1 detection' }
    : { x: RATE_AXIS, y: SENSITIVITY_AXIS, title: 'FROC at IoU 0.5' };
}
