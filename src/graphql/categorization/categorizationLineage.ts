/** Where a categorization comes from and how good it is. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { CategorizationRow, EncoderRow, IterationRow, ScanRow } from '../../categorization';
import { Column, Property } from '../core/property';

@ObjectType({ description: 'A network that turns the picture of a lesion into numbers, its features.' })
export class Encoder {
  constructor(readonly row: EncoderRow) {}

  @Column(() => String, 'Name, that of its model folder.')
  declare readonly name: string;

  @Column(() => String, 'Version, MAJOR.MINOR.PATCH.')
  declare readonly version: string;

  @Property(() => String, 'SHA-256 of model.onnx, in hexadecimal.')
  get sha256(): string {
    return this.row.modelSha256;
  }

  @Column(() => Int, 'Numbers a lesion.')
  declare readonly featureDimension: number;
}

@ObjectType({ description: 'How many lesions of a categorization are done.' })
export class CategorizationProgress {
  constructor(readonly row: CategorizationRow) {}

  @Column(() => Int, 'Lesions that are done.')
  declare readonly completed: number;

  @Column(() => Int, 'All lesions of the categorization.')
  declare readonly total: number;
}

const HIDDEN =
  'Only for synthetic data, whose true types are known; nothing is chosen by it. Null where it was not measured.';

@ObjectType({
  description:
    'One round of the loop: features of all lesions, their clustering, fine-tuning of the encoder on the clusters (Yan et al. 2017). Clusters are aligned with those of the round before by the Hungarian method.',
})
export class CategorizationIteration {
  constructor(readonly row: IterationRow) {}

  @Column(() => Int, 'Number of the round.')
  declare readonly iteration: number;

  @Column(
    () => Float,
    'Normalized mutual information with the clusters of the round before, 0 to 1, by the arithmetic mean of the entropies. Null in the first.',
    { nullable: true },
  )
  declare readonly nmiToPrevious: number | null;

  @Column(() => Float, 'Purity with respect to the clusters of the round before, 0 to 1. Null in the first.', {
    nullable: true,
  })
  declare readonly purityToPrevious: number | null;

  @Column(() => Float, 'Mean silhouette of the clustering, -1 to 1. Null where it was not measured.', {
    nullable: true,
  })
  declare readonly silhouette: number | null;

  @Column(() => [Int], 'Lesions of each cluster by rising `clusterIndex`.')
  declare readonly sizes: number[];

  @Column(() => Float, `Normalized mutual information with the hidden true types, 0 to 1. ${HIDDEN}`, {
    nullable: true,
  })
  declare readonly nmiToHiddenTypes: number | null;

  @Column(() => Float, `Purity with respect to the hidden true types, 0 to 1. ${HIDDEN}`, { nullable: true })
  declare readonly purityToHiddenTypes: number | null;
}

@ObjectType({ description: 'One number of clusters that was tried before one was chosen.' })
export class CategorizationScan {
  constructor(readonly row: ScanRow) {}

  @Column(() => Int, 'Number of clusters, K.')
  declare readonly clusterCount: number;

  @Column(() => Float, 'Mean silhouette of the clustering, -1 to 1. Null where it was not measured.', {
    nullable: true,
  })
  declare readonly silhouette: number | null;

  @Column(() => Float, 'Agreement of the clusterings of several seeds, at most 1. Null where it was not measured.', {
    nullable: true,
  })
  declare readonly stability: number | null;

  @Column(() => Boolean, 'Whether this one was chosen.')
  declare readonly chosen: boolean;
}

@ObjectType({ description: 'How well the lesions of a categorization fall apart into its clusters.' })
export class CategorizationQuality {
  constructor(silhouette: number | null, sizes: number[]) {
    this.silhouette = silhouette;
    this.sizes = sizes;
  }

  @Property(() => Float, 'Mean silhouette of the chosen iteration, -1 to 1. Null where it was not measured.', {
    nullable: true,
  })
  readonly silhouette: number | null;

  @Property(() => [Int], 'Lesions of each pseudo-cluster in this data set, by rising `clusterIndex`.')
  readonly sizes: number[];
}
