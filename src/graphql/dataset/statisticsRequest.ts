import { type GraphQLSchema, isObjectType } from 'graphql';
import type { DiameterSpec, HistogramSpec, LesionFilter, StatisticsGroup, StatisticsRequest } from '../../dataset';
import { BadUserInput } from '../../errors';
import type { Selection } from '../core/lookAhead';

const MAX_HISTOGRAMS = 10;

/** The arguments of `DiameterStatistics.histogram`. */
interface HistogramArguments {
  bins: number;
  min?: number | null;
  max?: number | null;
}

/**
 * Derives the required statistics from the selection, so that one statement computes all of them and nothing else.
 *
 * @throws BadUserInput for too many different histograms
 */
export function statisticsRequest(
  filter: LesionFilter,
  groupBy: StatisticsGroup[],
  selection: Selection,
  schema: GraphQLSchema,
): StatisticsRequest {
  return {
    filter,
    groupBy,
    images: selection.has('imageCount'),
    patients: selection.has('patientCount'),
    longDiameter: diameterSpec(selection.at('longDiameterMm'), schema),
    shortDiameter: diameterSpec(selection.at('shortDiameterMm'), schema),
  };
}

export function toHistogramSpec({ bins, min, max }: HistogramArguments): HistogramSpec {
  return { bins, min: min ?? null, max: max ?? null };
}

export function sameHistogram(one: HistogramSpec, other: HistogramSpec): boolean {
  return one.bins === other.bins && one.min === other.min && one.max === other.max;
}

function diameterSpec(selection: Selection, schema: GraphQLSchema): DiameterSpec | undefined {
  if (selection.fields.length === 0) return undefined;
  const histograms: HistogramSpec[] = [];
  for (const args of argumentsOfHistograms(selection, schema)) {
    const spec = toHistogramSpec(args);
    if (!histograms.some((known) => sameHistogram(known, spec))) histograms.push(spec);
  }
  if (histograms.length > MAX_HISTOGRAMS)
    throw new BadUserInput(`Expected at most ${MAX_HISTOGRAMS} different histograms of a diameter.`, 'histogram');
  return { percentiles: selection.has('p5', 'p25', 'p50', 'p75', 'p95'), histograms };
}

function argumentsOfHistograms(selection: Selection, schema: GraphQLSchema): HistogramArguments[] {
  const type = schema.getType('DiameterStatistics');
  const field = isObjectType(type) ? type.getFields().histogram : undefined;
  if (!field) return [];
  // Both executors coerce the arguments in the same way before they call the field's own resolver.
  return selection.at('histogram').argumentsOf(field) as unknown as HistogramArguments[];
}
