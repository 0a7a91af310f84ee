import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { pseudoClusterKey } from '../../categorization';
import {
  type FacetBucket,
  LESION_FACET_FIELDS,
  LESION_HISTOGRAM_FIELDS,
  type LesionFacetField,
  type LesionHistogramField,
  lesionFacets,
  lesionHistograms,
  MAX_BINS,
} from '../../dataset';
import { toGlobalId } from '../../globalId';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { declareList } from '../core/listBounds';
import type { Loaders } from '../core/loaders';
import {
  LesionFacet,
  LesionFacetBucket,
  LesionFacetFieldEnum,
  LesionHistogram,
  LesionHistogramFieldEnum,
  plainBucket,
} from './lesionFacets';
import { LesionFilter, toLesionFilter } from './lesionFilter';

const DEFAULT_BINS = 24;
const OF_FIELDS = 'At most one for each value of an enum.';
declareList('Query.lesionFacets', { most: 10, usual: 6, oneForEach: 'facets', because: OF_FIELDS });
declareList('Query.lesionHistograms', { most: 10, usual: 6, oneForEach: 'fields', because: OF_FIELDS });
declareList('LesionFacet.buckets', {
  most: 5_000,
  usual: 10,
  because: 'Types, splits, sexes and age bands are few; a categorization has at most 1,000 pseudo-clusters.',
});
declareList('LesionHistogram.edges', { most: MAX_BINS + 1, because: 'The argument bins has a limit.' });
declareList('LesionHistogram.counts', { most: MAX_BINS, because: 'The argument bins has a limit.' });

const OWN_CONDITION =
  'Each leaves out the condition that the filter has on its own field at the top level (not inside `and`, `or`, ' +
  '`not`), so that the other choices stay visible.';

/** Counts for a page on which lesions are selected. */
@Resolver()
export class LesionFacetsResolver {
  @Query(() => [LesionFacet], {
    description: `Exact counts of the lesions that match a filter, by the values of several fields. ${OWN_CONDITION}`,
  })
  async lesionFacets(
    @Arg('filter', () => LesionFilter, { nullable: true, description: 'Filter for lesions.' })
    filter: LesionFilter | null | undefined,
    @Arg('facets', () => [LesionFacetFieldEnum], { nullable: true, description: 'The fields; all if omitted.' })
    facets: LesionFacetField[] | null | undefined,
    @Ctx() { database, loaders }: GraphContext,
  ) {
    const found = await lesionFacets(database, toLesionFilter(filter ?? {}), facets ?? LESION_FACET_FIELDS);
    return Promise.all(
      found.map(async ({ field, buckets }) => {
        if (field === 'PSEUDO_CLUSTER') return new LesionFacet(field, await clusterBuckets(buckets, loaders));
        return new LesionFacet(
          field,
          buckets.map((bucket) => plainBucket(field, bucket)),
        );
      }),
    );
  }

  @Query(() => [LesionHistogram], {
    description: `Exact histograms of several numbers of the lesions that match a filter. ${OWN_CONDITION}`,
  })
  async lesionHistograms(
    @Arg('filter', () => LesionFilter, { nullable: true, description: 'Filter for lesions.' })
    filter: LesionFilter | null | undefined,
    @Arg('fields', () => [LesionHistogramFieldEnum], { nullable: true, description: 'The fields; all if omitted.' })
    fields: LesionHistogramField[] | null | undefined,
    @Arg('bins', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_BINS,
      description: `Number of bins of each, 1 to ${MAX_BINS}.`,
    })
    bins: number | null,
    @Ctx() { database }: GraphContext,
  ) {
    const chosen = fields ?? LESION_HISTOGRAM_FIELDS;
    const rows = await lesionHistograms(database, toLesionFilter(filter ?? {}), chosen, bins ?? DEFAULT_BINS);
    return rows.map((row) => new LesionHistogram(row));
  }
}

async function clusterBuckets(buckets: readonly FacetBucket[], loaders: Loaders): Promise<LesionFacetBucket[]> {
  return Promise.all(
    buckets.map(async ({ value, count }) => {
      if (value === null) return new LesionFacetBucket(null, 'In no pseudo-cluster', count);
      const cluster = present(await loaders.pseudoCluster.load(Number(value)));
      const id = toGlobalId('PseudoCluster', pseudoClusterKey(cluster));
      return new LesionFacetBucket(id, cluster.label ?? `Pseudo-cluster ${cluster.clusterIndex}`, count);
    }),
  );
}
