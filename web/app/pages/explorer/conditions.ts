import { EVERY_LESION, type LesionChoice } from '../../data/lesionChoice';
import { formatCount, formatNumber, titleOf, wordsOf } from '../../data/text';
import { textOfRange } from '../../figures/bars';
import type { ExplorerCountsQuery } from './explorer.generated';

/** One condition of the address as a chip: what it says, what is left of the choice without it. */
export interface Condition {
  readonly key: keyof LesionChoice;
  readonly text: string;
  readonly without: LesionChoice;
  /** how many lesions there are without it; null: not counted */
  readonly countWithout: number | null;
}

const KEYS = [
  'types',
  'splits',
  'sexes',
  'ages',
  'size',
  'location',
  'cluster',
  'cohort',
  'noisy',
  'withPixels',
  'patient',
] as const;

/** The facet of the graph that leaves out the condition. */
const FACETS: Partial<Record<keyof LesionChoice, string>> = {
  types: 'COARSE_TYPE',
  splits: 'SPLIT',
  sexes: 'SEX',
  ages: 'AGE_BAND',
  cluster: 'PSEUDO_CLUSTER',
  noisy: 'POSSIBLY_NOISY',
};

/** What the texts of conditions need from the server; undefined as long as it has not come. */
export interface Known {
  readonly counts: ExplorerCountsQuery | undefined;
  readonly cohortName: string | undefined;
}

export function conditionsOf(choice: LesionChoice, known: Known): Condition[] {
  const { counts } = known;
  return KEYS.flatMap((key) => {
    const text = textOf(key, choice, known);
    if (text === null) return [];
    return [{ key, text, without: { ...choice, [key]: EVERY_LESION[key] }, countWithout: countWithout(key, counts) }];
  });
}

function textOf(key: (typeof KEYS)[number], choice: LesionChoice, { counts, cohortName }: Known): string | null {
  switch (key) {
    case 'types':
      return choice.types.length === 0 ? null : choice.types.map(titleOf).join(' or ');
    case 'splits':
      return choice.splits.length === 0 ? null : `${choice.splits.map(titleOf).join(' or ')} split`;
    case 'sexes':
      return choice.sexes.length === 0 ? null : `Sex ${choice.sexes.map(wordsOf).join(' or ')}`;
    case 'ages':
      return choice.ages ? `Age ${textOfRange(choice.ages, String)} years` : null;
    case 'size':
      return choice.size ? `Long diameter ${textOfRange(choice.size, formatMm)} mm` : null;
    case 'location':
      return choice.location ? `Position ${textOfRange(choice.location, (z) => formatNumber(z, 2))}` : null;
    case 'cluster':
      return choice.cluster ? clusterName(choice.cluster, counts) : null;
    case 'cohort':
      return choice.cohort ? `Cohort ${cohortName ?? '…'}` : null;
    case 'noisy':
      return choice.noisy === undefined ? null : choice.noisy ? 'Possibly noisy' : 'Not noisy';
    case 'withPixels':
      return choice.withPixels ? 'With pixels' : null;
    case 'patient':
      return choice.patient === undefined ? null : `Patient ${choice.patient}`;
  }
}

/** 12.5 → "12.5", 30 → "30" */
export const formatMm = (value: number): string => (Number.isInteger(value) ? String(value) : formatNumber(value, 1));

function clusterName(id: string, counts: ExplorerCountsQuery | undefined): string {
  const facet = counts?.lesionFacets.find(({ field }) => field === 'PSEUDO_CLUSTER');
  return facet?.buckets.find(({ key }) => key === id)?.label ?? 'One pseudo-cluster';
}

/** Each facet counts the lesions that match all conditions but its own. */
function countWithout(key: keyof LesionChoice, counts: ExplorerCountsQuery | undefined): number | null {
  if (!counts) return null;
  if (key === 'size') return counts.sizes[0]?.lesionCount ?? 0;
  const facet = counts.lesionFacets.find(({ field }) => field === FACETS[key]);
  return facet ? facet.buckets.reduce((sum, { count }) => sum + count, 0) : null;
}

/** "Without “Lung”: 34 lesions" */
export function loosenText({ text, countWithout }: Condition): string {
  return countWithout === null ? `Without “${text}”` : `Without “${text}”: ${formatCount(countWithout)}`;
}
