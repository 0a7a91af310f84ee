import type { StratumKind } from '../../data/schemaTypes.generated';
import { sourceLine } from '../../data/sourceLine';
import { formatCount, plural } from '../../data/text';
import type { EvaluationHeadFragment, EvaluationHeadsQuery, EvaluationListQuery } from './accuracy.generated';
import type { Plot } from './state';

export type EvaluationHead = EvaluationHeadFragment;
type Listed = EvaluationListQuery['evaluations']['nodes'][number];

/** Lines that a page without ids begins with. */
const MAX_CHOSEN = 4;

/** The evaluations among the nodes of an answer. */
export function evaluationsOf(nodes: EvaluationHeadsQuery['nodes']): EvaluationHead[] {
  return nodes.flatMap((node) => (node?.__typename === 'Evaluation' ? [node] : []));
}

/**
 * What a page without ids shows: the newest evaluation and the newest one of each other detector under the same rules,
 * because only those are comparable.
 *
 * @param listed the newest first
 */
export function newestComparable(listed: readonly Listed[]): string[] {
  const [newest] = listed;
  const seen = new Set<string>();
  return listed
    .filter(({ comparisonKey, run: { detector } }) => {
      const name = `${detector.name} ${detector.version}`;
      if (comparisonKey !== newest?.comparisonKey || seen.has(name)) return false;
      seen.add(name);
      return true;
    })
    .slice(0, MAX_CHOSEN)
    .map(({ id }) => id);
}

/** What an evaluation is named by. */
export interface Nameable {
  readonly createdAt: string;
  readonly run: { detector: { name: string; version: string }; dataset: { slug: string; version: number } };
  readonly protocol: { reviewsUpTo: number | null };
}

/** "phantom-multi 1.0.0 on demo@1", with what else sets it apart from others of the detector. */
export function nameOfEvaluation({ run, protocol }: Omit<Nameable, 'createdAt'>): string {
  const reviewed = protocol.reviewsUpTo === null ? '' : ', reviewed';
  return `${run.detector.name} ${run.detector.version} on ${run.dataset.slug}@${run.dataset.version}${reviewed}`;
}

/** Names that differ: where two are alike, the time of the evaluation tells them apart. */
export function distinctNames(evaluations: readonly Nameable[]): string[] {
  const names = evaluations.map(nameOfEvaluation);
  return names.map((name, i) =>
    names.indexOf(name) === names.lastIndexOf(name)
      ? name
      : `${name} (${evaluations[i]?.createdAt.slice(0, 19).replace('T', ' ')})`,
  );
}

const KINDS = [
  ['ALL', 'All'],
  ['PSEUDO_CLUSTER', 'Pseudo-clusters'],
  ['COARSE_TYPE', 'Coarse types'],
  ['SIZE', 'Sizes'],
  ['OWN', 'Your own'],
] as const;

/** The strata of all evaluations, each once. */
export function unionOfStrata<Stratum extends { name: string }>(
  evaluations: readonly { strata: readonly Stratum[] }[],
): Stratum[] {
  const byName = new Map(
    evaluations.flatMap(({ strata }) => strata.map((stratum) => [stratum.name, stratum] as const)),
  );
  return [...byName.values()];
}

/** Groups of strata as the select shows them. */
export function groupsOfStrata<Stratum extends { kind: StratumKind }>(
  strata: readonly Stratum[],
): { title: string; strata: Stratum[] }[] {
  return KINDS.map(([kind, title]) => ({ title, strata: strata.filter((stratum) => stratum.kind === kind) })).filter(
    (group) => group.strata.length > 0,
  );
}

/** What a figure of evaluations rests on; those of one figure share the data set of the first. */
export function lineOfSource({ run, lesionCount }: EvaluationHead, stratum: string): string {
  return sourceLine(run.dataset, `${lesionCount} lesions`, ...(stratum === 'ALL' ? [] : [`stratum ${stratum}`]));
}

type Protocol = EvaluationHead['protocol'];

/** The protocol in one line: what a hit is, and what the intervals rest on. */
export function sentenceOfProtocol({ protocol, imageCount, lesionCount }: EvaluationHead, plot: Plot): string {
  const reviews =
    protocol.reviewsUpTo === null ? 'reviews ignored' : `with reviews up to number ${protocol.reviewsUpTo}`;
  const bands = `Bands are 95 % intervals of a bootstrap over patients (${formatCount(protocol.resamples)} resamples, seed ${protocol.seed}).`;
  return (
    `${ruleOf(protocol, plot)} ` +
    `${plural(lesionCount, 'lesion')} on ${plural(imageCount, 'image')} of ` +
    `${plural(protocol.population.patients, 'patient')}, ${reviews}.` +
    (plot === 'pr' ? '' : ` ${bands}`)
  );
}

function ruleOf(protocol: Protocol, plot: Plot): string {
  const { accuracyCriterion, accuracyComparator, accuracyBoxMeasure } = protocol;
  const { frocCriterion, frocComparator, frocBoxMeasure, frocDuplicates } = protocol;
  switch (plot) {
    case 'froc':
      return (
        `A lesion is found if a box has ${overlapOf(frocCriterion, frocComparator, frocBoxMeasure)}; ` +
        `a second box on it counts as ${frocDuplicates === 'FALSE_POSITIVE' ? 'a false positive' : 'nothing'}.`
      );
    case 'pr':
      return `A box is right if it has ${overlapOf('IOU', 'GREATER_OR_EQUAL', 'CONTINUOUS')} with a lesion that no box of a higher score has.`;
    default:
      return (
        'A lesion is found if one of the top-k detections of its image has ' +
        `${overlapOf(accuracyCriterion, accuracyComparator, accuracyBoxMeasure)}.`
      );
  }
}

function overlapOf(
  criterion: Protocol['frocCriterion'],
  comparator: Protocol['frocComparator'],
  measure: Protocol['frocBoxMeasure'],
): string {
  const boxes = measure === 'CONTINUOUS' ? 'continuous boxes' : 'boxes of whole pixels';
  return `${criterion === 'IOU' ? 'IoU' : criterion} ${comparator === 'GREATER' ? '>' : '≥'} threshold (${boxes})`;
}
