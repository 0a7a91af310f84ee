/** Where a categorization comes from and how good it is. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { CategorizationRow, EncoderRow, IterationRow, ScanRow } from '../../categorization';
import { Property } from '../core/property';

@ObjectType({ description: 'A network that turns the picture of a lesion into numbers, its features.' })
export class Encoder {
  constructor(private readonly row: EncoderRow) {}

  @Property(() => String, 'Name, that of its model folder.')
  get name(): string {
    return this.row.name;
  }

  @Property(() => String, 'Version, MAJOR.MINOR.PATCH.')
  get version(): string {
    return this.row.version;
  }

  @Property(() => String, 'SHA-256 of model.onnx, in hexadecimal.')
  get sha256(): string {
    return this.row.modelSha256;
  }

  @Property(() => Int, 'Numbers a lesion.')
  get featureDimension(): number {
    return this.row.featureDimension;
  }
}

@ObjectType({ description: 'How many lesions of a categorization are done.' })
export class CategorizationProgress {
  constructor(private readonly row: CategorizationRow) {}

  @Property(() => Int, 'Lesions that are done.')
  get completed(): number {
    return this.row.completed;
  }

  @Property(() => Int, 'All lesions of the categorization.')
  get total(): number {
    return this.row.total;
  }
}

const HIDDEN =
  'Only for synthetic data, whose true types are known; nothing is chosen by it. Null where it was not measured.';

@ObjectType({
  description:
    'One round of the loop: features of all lesions, their clustering, fine-tuning of the encoder on the clusters (Yan et al. 2017). Clusters are aligned with those of the round before by the Hungarian method.',
})
export class CategorizationIteration {
  constructor(private readonly row: IterationRow) {}

  @Property(() => Int, 'Number of the round.')
  get iteration(): number {
    return this.row.iteration;
  }

  @Property(
    () => Float,
    'Normalized mutual information with the clusters of the round before, 0 to 1, by the arithmetic mean of the entropies. Null in the first.',
    { nullable: true },
  )
  get nmiToPrevious(): number | null {
    return this.row.nmiToPrevious;
  }

  @Property(() => Float, 'Purity with respect to the clusters of the round before, 0 to 1. Null in the first.', {
    nullable: true,
  })
  get purityToPrevious(): number | null {
    return this.row.purityToPrevious;
  }

  @Property(() => Float, 'Mean silhouette of the clustering, -1 to 1. Null where it was not measured.', {
    nullable: true,
  })
  get silhouette(): number | null {
    return this.row.silhouette;
  }

  @Property(() => [Int], 'Lesions of each cluster by rising `clusterIndex`.')
  get sizes(): number[] {
    return this.row.sizes;
  }

  @Property(() => Float, `Normalized mutual information with the hidden true types, 0 to 1. ${HIDDEN}`, {
    nullable: true,
  })
  get nmiToHiddenTypes(): number | null {
    return this.row.nmiToHiddenTypes;
  }

  @Property(() => Float, `Purity with respect to the hidden true types, 0 to 1. ${HIDDEN}`, { nullable: true })
  get purityToHiddenTypes(): number | null {
    return this.row.purityToHiddenTypes;
  }
}

@ObjectType({ description: 'One number of clusters that was tried before one was chosen.' })
export class CategorizationScan {
  constructor(private readonly row: ScanRow) {}

  @Property(() => Int, 'Number of clusters, K.')
  get clusterCount(): number {
    return this.row.clusterCount;
  }

  @Property(() => Float, 'Mean silhouette of the clustering, -1 to 1. Null where it was not measured.', {
    nullable: true,
  })
  get silhouette(): number | null {
    return this.row.silhouette;
  }

  @Property(() => Float, 'Agreement of the clusterings of several seeds, at most 1. Null where it was not measured.', {
    nullable: true,
  })
  get stability(): number | null {
    return this.row.stability;
  }

  @Property(() => Boolean, 'Whether this one was chosen.')
  get chosen(): boolean {
    return this.row.chosen;
  }
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
