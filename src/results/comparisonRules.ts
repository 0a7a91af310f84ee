/** Which evaluations may be compared: what has to be the same, whatever the detections were. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonicalJson';
import { BadUserInput } from '../errors';
import type { EvaluationRow } from './evaluationRows';

/** What decides which lesions there are and what a hit is, as text; in the order in which differences are reported. */
function comparisonRules({ protocol }: EvaluationRow): Record<string, string> {
  const { accuracy, dataset, detections, possiblyNoisyLesions, reviews } = protocol;
  const floor = detections.scoreFloor === undefined ? '' : `, scores from ${detections.scoreFloor}`;
  return {
    'data set version': `${dataset.slug}@${dataset.version}`,
    'policy for possibly noisy lesions': possiblyNoisyLesions,
    'rules of a hit': `${accuracy.criterion} ${accuracy.comparator} ${accuracy.boxMeasure}${floor}`,
    reviews: reviews
      ? `${reviews.authenticatedOnly ? 'authenticated ' : ''}reviews up to ${reviews.upTo}`
      : 'no reviews',
  };
}

/**
 * @returns SHA-256 of the rules, in hexadecimal: evaluations with the same key can be compared, others cannot. Unlike the
 *   key of the protocol it does not depend on the run, so that those of two detectors have the same one.
 */
export function comparisonKey(evaluation: EvaluationRow): string {
  return createHash('sha256')
    .update(canonicalJson(comparisonRules(evaluation)))
    .digest('hex');
}

/**
 * Metrics under different protocols are not comparable: the data set and the policies that choose its lesions have to
 * be the same.
 *
 * @throws BadUserInput with the first rule that differs
 */
export function checkComparable(first: EvaluationRow, second: EvaluationRow): void {
  const others = comparisonRules(second);
  for (const [what, rule] of Object.entries(comparisonRules(first))) {
    if (rule !== others[what])
      throw new BadUserInput(`Expected evaluations with the same ${what}, got ${rule} and ${others[what]}.`, 'ids');
  }
}
