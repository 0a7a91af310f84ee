import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import { type CategorizationRow, categorizationKey, progressOfCategorization } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import {
  type ExecutionProvider,
  ExecutionProviderEnum,
  executionProvidersOf,
  PROVIDER_TEXT_DEPRECATED,
} from '../core/executionProviders';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { Job, JobStatusEnum } from '../job/job';
import { CategorizationProgress } from './categorizationLineage';
import { CategorizationSourceEnum } from './enums';

@ObjectType({
  implements: [Node, Job],
  description:
    'One result of unsupervised deep mining over a data set: each lesion is assigned to one ' +
    'pseudo-cluster (Yan et al. 2017).',
})
export class Categorization implements Node {
  constructor(readonly row: CategorizationRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Categorization', categorizationKey(this.row));
  }

  @Column(() => String, 'Name, unique within the data set version.')
  declare readonly name: string;

  @Column(() => String, 'The clustering method.')
  declare readonly method: string;

  @Column(() => Int, 'Number of pseudo-clusters, K.')
  declare readonly clusterCount: number;

  @Column(() => CategorizationSourceEnum, 'How the pseudo-clusters were made.')
  declare readonly source: CategorizationRow['source'];

  @Column(() => JobStatusEnum, 'Current status. Imported categorizations are SUCCEEDED from the start.')
  declare readonly status: CategorizationRow['status'];

  @Property(() => CategorizationProgress, 'Progress of the categorization.')
  get progress(): CategorizationProgress {
    return new CategorizationProgress(progressOfCategorization(this.row));
  }

  @Column(() => String, 'The reason for the failure; null unless the status is FAILED.', { nullable: true })
  declare readonly error: string | null;

  @Column(
    () => GraphQLJSON,
    'The request as it was accepted; null unless the categorization was computed on this server.',
    { nullable: true },
  )
  declare readonly request: unknown;

  @Column(() => Int, 'Number of features per lesion in the clustering.', { nullable: true })
  declare readonly featureDimension: number | null;

  @Property(
    () => [ExecutionProviderEnum],
    'Execution providers of the encoder, in the order of their first use; empty if nothing was computed on this server.',
  )
  get executionProviders(): ExecutionProvider[] {
    return executionProvidersOf(this.row.executionProvider);
  }

  @Column(() => String, 'ONNX execution provider of the encoder: `cpu`, `webgpu` or `cuda`.', {
    nullable: true,
    deprecationReason: PROVIDER_TEXT_DEPRECATED,
  })
  declare readonly executionProvider: string | null;

  @Column(() => [String], 'Lesions that were excluded, with the reasons, and execution providers that failed.')
  declare readonly warnings: string[];

  @Column(() => Int, 'Seed of the clustering.', { nullable: true })
  declare readonly seed: number | null;

  @Column(() => String, '`random`, or the pretrained weights from which the encoder was initialized.', {
    nullable: true,
  })
  declare readonly startWeights: string | null;

  @Column(() => String, 'The command that made this categorization and can reproduce it.', { nullable: true })
  declare readonly command: string | null;

  @Column(() => String, 'Version of the code that made this categorization.', { nullable: true })
  declare readonly codeVersion: string | null;

  @Column(() => String, 'Checksum of the input data.', { nullable: true })
  declare readonly dataChecksum: string | null;

  @Column(() => String, 'The rule by which the iteration was chosen. It does not use the true types.', {
    nullable: true,
  })
  declare readonly selectionRule: string | null;

  @Column(() => Int, 'The iteration whose clusters these are.', { nullable: true })
  declare readonly chosenIteration: number | null;

  @Column(() => GraphQLDateTime, 'Time of creation, or of the request (UTC).')
  declare readonly createdAt: Date;

  @Column(() => GraphQLDateTime, 'Time at which a worker started (UTC).', { nullable: true })
  declare readonly startedAt: Date | null;

  @Column(() => GraphQLDateTime, 'Time at which it was stored, failed or was cancelled (UTC); null until then.', {
    nullable: true,
  })
  declare readonly finishedAt: Date | null;

  get owner(): string | null {
    return this.row.client;
  }
}

export const CategorizationConnection = connectionOf(Categorization, 'Categorization', 'categorizations');
