/** The lineage and the quality of a categorization. */
import { Float, Int, ObjectType } from 'type-graphql';
import type { EncoderRow, IterationRow, ScanRow } from '../../categorization';
import type { JobProgress } from '../../job';
import { Column, Property } from '../core/property';
import { JobProgressType } from '../job/job';

@ObjectType({ description: 'A model that computes a feature vector from the image of a lesion.' })
export class Encoder {
  constructor(readonly row: EncoderRow) {}

  @Column(() => String, 'Name of the encoder, which is the name of its model folder.')
  declare readonly name: string;

  @Column(() => String, 'Version: MAJOR.MINOR.PATCH.')
  declare readonly version: string;

  @Property(() => String, 'SHA-256 of model.onnx, in hexadecimal.')
  get sha256(): string {
    return this.row.modelSha256;
  }

  @Column(() => Int, 'Number of features per lesion.')
  declare readonly featureDimension: number;
}

@ObjectType({ implements: JobProgressType, description: 'Progress of a categorization, in lesions.' })
export class CategorizationProgress implements JobProgressType {
  constructor(readonly row: JobProgress) {}

  @Column(() => Int, 'Number of lesions that have been processed.')
  declare readonly completed: number;

  @Column(() => Int, 'Number of lesions that were excluded, e.g. without a pixel file; known when it has succeeded.')
  declare readonly failed: number;

  @Column(() => Int, 'Total number of lesions of the categorization.')
  declare readonly total: number;
}

const HIDDEN =
  'Only for synthetic data, whose true types are known; it is not used for any choice. Null if it was not measured.';

@ObjectType({
  description:
    'One iteration: the features of all lesions are computed and clustered, and the encoder is ' +
    'fine-tuned on the clusters (Yan et al. 2017). Clusters are aligned with those of the previous ' +
    'iteration by the Hungarian method.',
})
export class CategorizationIteration {
  constructor(readonly row: IterationRow) {}

  @Column(() => Int, 'Number of the iteration.')
  declare readonly iteration: number;

  @Column(
    () => Float,
    'Normalized mutual information with the clusters of the previous iteration, 0 to 1, with the ' +
      'arithmetic mean of the entropies as the normalizer. Null for the first iteration.',
    { nullable: true },
  )
  declare readonly nmiToPrevious: number | null;

  @Column(
    () => Float,
    'Purity with respect to the clusters of the previous iteration, 0 to 1. Null for the first iteration.',
    {
      nullable: true,
    },
  )
  declare readonly purityToPrevious: number | null;

  @Column(() => Float, 'Mean silhouette of the clustering, -1 to 1. Null if it was not measured.', {
    nullable: true,
  })
  declare readonly silhouette: number | null;

  @Column(() => [Int], 'Number of lesions in each cluster, by ascending `clusterIndex`.')
  declare readonly sizes: number[];

  @Column(() => Float, `Normalized mutual information with the hidden true types, 0 to 1. ${HIDDEN}`, {
    nullable: true,
  })
  declare readonly nmiToHiddenTypes: number | null;

  @Column(() => Float, `Purity with respect to the hidden true types, 0 to 1. ${HIDDEN}`, { nullable: true })
  declare readonly purityToHiddenTypes: number | null;
}

@ObjectType({ description: 'One of the numbers of clusters that were tried.' })
export class CategorizationScan {
  constructor(readonly row: ScanRow) {}

  @Column(() => Int, 'Number of clusters, K.')
  declare readonly clusterCount: number;

  @Column(() => Float, 'Mean silhouette of the clustering, -1 to 1. Null if it was not measured.', {
    nullable: true,
  })
  declare readonly silhouette: number | null;

  @Column(
    () => Float,
    'Stability of the clustering: mean normalized mutual information between clusterings of ' +
      'bootstrap samples of the lesions, at most 1. Null if it was not measured.',
    {
      nullable: true,
    },
  )
  declare readonly stability: number | null;

  @Column(() => Boolean, 'Whether this number of clusters was chosen.')
  declare readonly chosen: boolean;
}

@ObjectType({ description: 'Quality of the clustering of a categorization.' })
export class CategorizationQuality {
  constructor(silhouette: number | null, sizes: number[]) {
    this.silhouette = silhouette;
    this.sizes = sizes;
  }

  @Property(() => Float, 'Mean silhouette of the chosen iteration, -1 to 1. Null if it was not measured.', {
    nullable: true,
  })
  readonly silhouette: number | null;

  @Property(() => [Int], 'Number of lesions of this data set in each pseudo-cluster, by ascending `clusterIndex`.')
  readonly sizes: number[];
}
