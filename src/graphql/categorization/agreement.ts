/** The agreement of two assignments of the same lesions to groups. */
import { Float, Int, ObjectType } from 'type-graphql';
import type {
  Agreement,
  CoarseTypeAgreement as CoarseTypeAgreementRow,
  CategorizationComparison as ComparisonRow,
  PseudoClusterRow,
} from '../../categorization';
import type { CoarseType } from '../../dataset';
import { Column, Property } from '../core/property';
import { CoarseTypeEnum } from '../dataset/enums';
import { Categorization } from './categorization';
import { PseudoCluster } from './pseudoCluster';

/** The metrics that both types have; this class is not a GraphQL type itself. */
@ObjectType()
abstract class AgreementFigures<Row extends Agreement> {
  constructor(readonly row: Row) {}

  @Column(() => Int, 'Number of lesions that both assign: the denominator of the purities.')
  declare readonly lesions: number;

  @Column(
    () => Float,
    'Normalized mutual information, 0 to 1, with the arithmetic mean of the entropies as the ' +
      'normalizer (as in scikit-learn). Null if there are no lesions.',
    { nullable: true },
  )
  declare readonly nmi: number | null;

  @Column(
    () => Float,
    'Adjusted Rand index: 1 for identical partitions, 0 for chance agreement. Null if there are no lesions.',
    {
      nullable: true,
    },
  )
  declare readonly adjustedRandIndex: number | null;
}

@ObjectType({ description: 'The coarse types of the lesions of one pseudo-cluster.' })
export class CoarseTypeContingencyRow {
  constructor(cluster: PseudoClusterRow, counts: readonly number[]) {
    this.pseudoCluster = new PseudoCluster(cluster);
    this.counts = [...counts];
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster.')
  readonly pseudoCluster: PseudoCluster;

  @Property(() => [Int], 'Number of its lesions of each coarse type, in the order of `coarseTypes`.')
  readonly counts: number[];
}

@ObjectType({ description: 'Number of lesions by pseudo-cluster and coarse type.' })
export class CoarseTypeContingency {
  constructor(readonly row: CoarseTypeAgreementRow) {}

  @Column(() => [CoarseTypeEnum], 'The coarse types that occur.')
  declare readonly coarseTypes: CoarseType[];

  @Property(() => [CoarseTypeContingencyRow], 'One row per pseudo-cluster, by ascending `clusterIndex`.')
  get rows(): CoarseTypeContingencyRow[] {
    return this.row.clusters.map((cluster, i) => new CoarseTypeContingencyRow(cluster, this.row.table[i] ?? []));
  }
}

@ObjectType({
  description:
    'Agreement of the pseudo-clusters with the coarse types, over the lesions whose type is known ' +
    '(DeepLesion: validation and test splits). The types were not used to make the clusters.',
})
export class CoarseTypeAgreement extends AgreementFigures<CoarseTypeAgreementRow> {
  @Column(() => Float, 'Fraction of lesions whose type is the most common type of their cluster, 0 to 1.')
  declare readonly purity: number | null;

  @Column(() => Float, 'Fraction of lesions whose cluster is the most common cluster of their type, 0 to 1.')
  declare readonly reversePurity: number | null;

  @Column(
    () => Float,
    'Purity of a single cluster with all lesions, which is the fraction of the most common type, 0 ' +
      'to 1. A purity is meaningful only above this baseline.',
  )
  declare readonly floorPurity: number | null;

  @Property(() => CoarseTypeContingency, 'The counts from which the metrics are computed.')
  get contingency(): CoarseTypeContingency {
    return new CoarseTypeContingency(this.row);
  }
}

@ObjectType({ description: 'The lesions of one pseudo-cluster by the pseudo-clusters of the other categorization.' })
export class ContingencyRow {
  constructor(cluster: PseudoClusterRow, counts: readonly number[], matched: PseudoClusterRow | undefined) {
    this.pseudoCluster = new PseudoCluster(cluster);
    this.counts = [...counts];
    this.matched = matched ? new PseudoCluster(matched) : null;
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster of this categorization.')
  readonly pseudoCluster: PseudoCluster;

  @Property(
    () => [Int],
    'Number of its lesions in each pseudo-cluster of the other categorization, in the order of `columns`.',
  )
  readonly counts: number[];

  @Property(
    () => PseudoCluster,
    'The matched pseudo-cluster of the other categorization. Matching is one-to-one and maximizes ' +
      'the number of shared lesions (Hungarian method). Null if the other categorization has fewer ' +
      'clusters and this one has no match.',
    { nullable: true },
  )
  readonly matched: PseudoCluster | null;
}

@ObjectType({ description: 'Number of lesions by their pseudo-clusters in two categorizations.' })
export class ContingencyTable {
  constructor(private readonly row: ComparisonRow) {}

  @Property(() => [PseudoCluster], 'The pseudo-clusters of the other categorization, by ascending `clusterIndex`.')
  get columns(): PseudoCluster[] {
    return this.row.otherClusters.map((cluster) => new PseudoCluster(cluster));
  }

  @Property(() => [ContingencyRow], 'One row per pseudo-cluster of this categorization, by ascending `clusterIndex`.')
  get rows(): ContingencyRow[] {
    const { clusters, otherClusters, matched, table } = this.row;
    return clusters.map((cluster, i) => new ContingencyRow(cluster, table[i] ?? [], otherClusters[matched[i] ?? -1]));
  }
}

@ObjectType({ description: 'Agreement of two categorizations, over the lesions that both assign.' })
export class CategorizationComparison extends AgreementFigures<ComparisonRow> {
  constructor(other: Categorization, row: ComparisonRow) {
    super(row);
    this.other = other;
  }

  @Property(() => Categorization, 'The categorization with which this one is compared.')
  readonly other: Categorization;

  @Column(
    () => Float,
    'Fraction of lesions whose other cluster is the most common one among the lesions of their own ' +
      'cluster, 0 to 1. Null if there are no lesions.',
    {
      nullable: true,
    },
  )
  declare readonly purity: number | null;

  @Column(
    () => Float,
    'The same purity with the two categorizations exchanged, 0 to 1. Null if there are no lesions.',
    { nullable: true },
  )
  declare readonly reversePurity: number | null;

  @Property(() => ContingencyTable, 'The counts from which the metrics are computed.')
  get contingencyTable(): ContingencyTable {
    return new ContingencyTable(this.row);
  }
}
