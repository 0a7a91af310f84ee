/** How far two ways to sort the same lesions agree. */
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

/** The figures that both have; it is no type of the graph. */
@ObjectType()
abstract class AgreementFigures<Row extends Agreement> {
  constructor(readonly row: Row) {}

  @Column(() => Int, 'Lesions that are in both: the denominator of the purities.')
  declare readonly lesions: number;

  @Column(
    () => Float,
    'Normalized mutual information, 0 to 1, by the arithmetic mean of the entropies (as scikit-learn). Null without lesions.',
    { nullable: true },
  )
  declare readonly nmi: number | null;

  @Column(() => Float, 'Rand index adjusted for chance: 1 equal, 0 as by chance. Null without lesions.', {
    nullable: true,
  })
  declare readonly adjustedRandIndex: number | null;
}

@ObjectType({ description: 'The coarse types within one pseudo-cluster.' })
export class CoarseTypeContingencyRow {
  constructor(cluster: PseudoClusterRow, counts: readonly number[]) {
    this.pseudoCluster = new PseudoCluster(cluster);
    this.counts = [...counts];
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster.')
  readonly pseudoCluster: PseudoCluster;

  @Property(() => [Int], 'Its lesions of each coarse type, in the order of `coarseTypes`.')
  readonly counts: number[];
}

@ObjectType({ description: 'Lesions by pseudo-cluster and coarse type.' })
export class CoarseTypeContingency {
  constructor(readonly row: CoarseTypeAgreementRow) {}

  @Column(() => [CoarseTypeEnum], 'The coarse types that occur.')
  declare readonly coarseTypes: CoarseType[];

  @Property(() => [CoarseTypeContingencyRow], 'A row for each pseudo-cluster, by rising `clusterIndex`.')
  get rows(): CoarseTypeContingencyRow[] {
    return this.row.clusters.map((cluster, i) => new CoarseTypeContingencyRow(cluster, this.row.table[i] ?? []));
  }
}

@ObjectType({
  description:
    'How the pseudo-clusters agree with coarse types, over the lesions whose type is known (DeepLesion: validation and test). Types were not used to make the clusters.',
})
export class CoarseTypeAgreement extends AgreementFigures<CoarseTypeAgreementRow> {
  @Column(() => Float, 'Share of lesions that are of the commonest type of their cluster, 0 to 1.')
  declare readonly purity: number | null;

  @Column(() => Float, 'Share of lesions that are in the commonest cluster of their type, 0 to 1.')
  declare readonly reversePurity: number | null;

  @Column(
    () => Float,
    'The purity that a single cluster would reach: the share of the commonest type. A purity says something only above it.',
  )
  declare readonly floorPurity: number | null;

  @Property(() => CoarseTypeContingency, 'The counts behind the figures.')
  get contingency(): CoarseTypeContingency {
    return new CoarseTypeContingency(this.row);
  }
}

@ObjectType({ description: 'Where the lesions of one pseudo-cluster are in the other categorization.' })
export class ContingencyRow {
  constructor(cluster: PseudoClusterRow, counts: readonly number[], matched: PseudoClusterRow | undefined) {
    this.pseudoCluster = new PseudoCluster(cluster);
    this.counts = [...counts];
    this.matched = matched ? new PseudoCluster(matched) : null;
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster of this categorization.')
  readonly pseudoCluster: PseudoCluster;

  @Property(() => [Int], 'Its lesions in each pseudo-cluster of the other one, in the order of `columns`.')
  readonly counts: number[];

  @Property(
    () => PseudoCluster,
    'The pseudo-cluster of the other one that it is matched with, so that matched ones share the most lesions (Hungarian method). Null where the other one has fewer.',
    { nullable: true },
  )
  readonly matched: PseudoCluster | null;
}

@ObjectType({ description: 'Lesions by their pseudo-clusters in two categorizations.' })
export class ContingencyTable {
  constructor(private readonly row: ComparisonRow) {}

  @Property(() => [PseudoCluster], 'The pseudo-clusters of the other categorization, by rising `clusterIndex`.')
  get columns(): PseudoCluster[] {
    return this.row.otherClusters.map((cluster) => new PseudoCluster(cluster));
  }

  @Property(() => [ContingencyRow], 'A row for each pseudo-cluster of this categorization, by rising `clusterIndex`.')
  get rows(): ContingencyRow[] {
    const { clusters, otherClusters, matched, table } = this.row;
    return clusters.map((cluster, i) => new ContingencyRow(cluster, table[i] ?? [], otherClusters[matched[i] ?? -1]));
  }
}

@ObjectType({ description: 'How two categorizations of the same lesions agree, over the lesions that both have.' })
export class CategorizationComparison extends AgreementFigures<ComparisonRow> {
  constructor(other: Categorization, row: ComparisonRow) {
    super(row);
    this.other = other;
  }

  @Property(() => Categorization, 'The categorization that this one is compared with.')
  readonly other: Categorization;

  @Column(() => Float, 'Share of lesions in the commonest other cluster of their own, 0 to 1. Null without lesions.', {
    nullable: true,
  })
  declare readonly purity: number | null;

  @Column(() => Float, 'The purity the other way round, 0 to 1. Null without lesions.', { nullable: true })
  declare readonly reversePurity: number | null;

  @Property(() => ContingencyTable, 'The counts behind the figures.')
  get contingencyTable(): ContingencyTable {
    return new ContingencyTable(this.row);
  }
}
