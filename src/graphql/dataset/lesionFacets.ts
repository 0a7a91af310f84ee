import { Float, Int, ObjectType } from 'type-graphql';
import {
  AGE_BAND_YEARS,
  type FacetBucket,
  LESION_FACET_FIELDS,
  LESION_HISTOGRAM_FIELDS,
  type LesionFacetField,
  type LesionHistogramField,
  type LesionHistogram as RoomHistogram,
} from '../../dataset';
import { defineEnum } from '../core/enums';
import { Column, Property } from '../core/property';

export const LesionFacetFieldEnum = defineEnum(
  'LesionFacetField',
  'A field by whose values lesions are counted, and the field of `LesionFilter` that selects one of them.',
  LESION_FACET_FIELDS,
  {
    COARSE_TYPE: 'The coarse lesion type; `coarseType`.',
    SPLIT: 'The split; `split`.',
    SEX: "The patient's sex; `sex`.",
    AGE_BAND: "The patient's age at the time of the study, in bands of ten years; `ageYears`.",
    PSEUDO_CLUSTER:
      'The pseudo-cluster in the categorization that the filter names by `pseudoCluster`, otherwise in the newest one ' +
      'that has succeeded of each data set version; `pseudoCluster`.',
    POSSIBLY_NOISY: "The authors' flag for a possibly noisy measurement; `possiblyNoisy`.",
  },
);

export const LesionHistogramFieldEnum = defineEnum(
  'LesionHistogramField',
  'A number of each lesion.',
  LESION_HISTOGRAM_FIELDS,
  {
    LONG_DIAMETER_MM: 'Long RECIST diameter in mm.',
    SHORT_DIAMETER_MM: 'Short RECIST diameter in mm.',
    AGE_YEARS: "The patient's age at the time of the study in years.",
    LOCATION_Z: 'Position from head to feet, 0 to 1 (DL_info.csv: Normalized_lesion_location, third value).',
    PIXEL_SPACING_MM: 'Pixel spacing of the image in mm.',
    SLICE_INTERVAL_MM: 'Distance between neighbouring slices in mm.',
  },
);

@ObjectType({ description: 'The lesions that have one value of a field.' })
export class LesionFacetBucket {
  constructor(key: string | null, label: string, count: number) {
    this.key = key;
    this.label = label;
    this.count = count;
  }

  @Property(
    () => String,
    'The value as a filter takes it: the enum value, the global id of the pseudo-cluster, `true` or `false`; of an age ' +
      'band its first year, inclusive (the next band begins ten years later). Null if the age is unknown or the lesion ' +
      'is in no pseudo-cluster.',
    { nullable: true },
  )
  readonly key: string | null;

  @Property(() => String, 'The value as text, to be shown.')
  readonly label: string;

  @Property(
    () => Int,
    "Number of lesions with this value that match the filter without its own condition on the facet's field. 0 if the " +
      'value occurs, but not together with the other conditions.',
  )
  readonly count: number;
}

@ObjectType({ description: 'Counts of lesions by the values of one field.' })
export class LesionFacet {
  constructor(field: LesionFacetField, buckets: LesionFacetBucket[]) {
    this.field = field;
    this.buckets = buckets;
  }

  @Property(() => LesionFacetFieldEnum, 'The field.')
  readonly field: LesionFacetField;

  @Property(() => [LesionFacetBucket], 'The values that occur, in their usual order; an unknown value last.')
  readonly buckets: LesionFacetBucket[];
}

@ObjectType({
  description:
    'A histogram of lesions with bins of equal width from the least to the greatest value. A bin contains its lower ' +
    'edge; the last bin contains its upper edge too.',
})
export class LesionHistogram {
  constructor(readonly row: RoomHistogram) {}

  @Column(() => LesionHistogramFieldEnum, 'The field.')
  declare readonly field: LesionHistogramField;

  @Column(
    () => [Float],
    'Edges of the bins in the unit of the field, one more than bins; empty if no lesion has a value.',
  )
  declare readonly edges: number[];

  @Column(() => [Int], 'Number of lesions in each bin; empty if no lesion has a value.')
  declare readonly counts: number[];

  @Column(() => Int, 'Number of lesions without a value.')
  declare readonly nullCount: number;
}

/** @returns `SOFT_TISSUE` as `Soft tissue` */
function sentenceCase(value: string): string {
  return value.charAt(0) + value.slice(1).toLowerCase().replaceAll('_', ' ');
}

/** Texts of the values of the fields that are not pseudo-clusters. */
const LABELS: Record<Exclude<LesionFacetField, 'PSEUDO_CLUSTER'>, (value: string) => string> = {
  COARSE_TYPE: sentenceCase,
  SPLIT: sentenceCase,
  SEX: sentenceCase,
  AGE_BAND: (from) => `${from}–${Number(from) + AGE_BAND_YEARS - 1} years`,
  POSSIBLY_NOISY: (value) => (value === 'true' ? 'Possibly noisy' : 'Not noisy'),
};

/** @returns a bucket of a field whose values are not rows */
export function plainBucket(
  field: Exclude<LesionFacetField, 'PSEUDO_CLUSTER'>,
  { value, count }: FacetBucket,
): LesionFacetBucket {
  return new LesionFacetBucket(value, value === null ? 'Unknown' : LABELS[field](value), count);
}
