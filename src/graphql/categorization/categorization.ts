import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import type { CategorizationRow } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { CategorizationProgress } from './categorizationLineage';
import { CategorizationSourceEnum, CategorizationStatusEnum } from './enums';

@ObjectType({
  implements: Node,
  description:
    'One run of the unsupervised deep mining over a data set: it puts each lesion into one of its pseudo-clusters (Yan et al. 2017).',
})
export class Categorization implements Node {
  constructor(readonly row: CategorizationRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Categorization', this.row.id);
  }

  @Column(() => String, 'Name, unique within the data set version.')
  declare readonly name: string;

  @Column(() => String, 'How the clusters were found.')
  declare readonly method: string;

  @Column(() => Int, 'Number of pseudo-clusters, K.')
  declare readonly clusterCount: number;

  @Column(() => CategorizationSourceEnum, 'How its pseudo-clusters came about.')
  declare readonly source: CategorizationRow['source'];

  @Column(() => CategorizationStatusEnum, 'Where it is.')
  declare readonly status: CategorizationRow['status'];

  @Property(() => CategorizationProgress, 'How far it has come.')
  get progress(): CategorizationProgress {
    return new CategorizationProgress(this.row);
  }

  @Column(() => String, 'Why it failed; null unless it did.', { nullable: true })
  declare readonly error: string | null;

  @Column(() => GraphQLJSON, 'What was asked for, where it was computed on this server.', { nullable: true })
  declare readonly request: unknown;

  @Column(() => Int, 'Numbers a lesion that were clustered.', { nullable: true })
  declare readonly featureDimension: number | null;

  @Column(() => String, 'ONNX execution provider that the encoder ran on: cpu, webgpu, cuda.', { nullable: true })
  declare readonly executionProvider: string | null;

  @Column(() => [String], 'Lesions that were left out and why, and execution providers that failed.')
  declare readonly warnings: string[];

  @Column(() => Int, 'Seed of the clustering.', { nullable: true })
  declare readonly seed: number | null;

  @Column(() => String, '`random`, or which weights the encoder started from.', { nullable: true })
  declare readonly startWeights: string | null;

  @Column(() => String, 'The command that made it, and makes it again.', { nullable: true })
  declare readonly command: string | null;

  @Column(() => String, 'Version of the code that made it.', { nullable: true })
  declare readonly codeVersion: string | null;

  @Column(() => String, 'Checksum of the data that it was made of.', { nullable: true })
  declare readonly dataChecksum: string | null;

  @Column(() => String, 'The rule by which the iteration was chosen; true types are no part of it.', {
    nullable: true,
  })
  declare readonly selectionRule: string | null;

  @Column(() => Int, 'The iteration whose clusters these are.', { nullable: true })
  declare readonly chosenIteration: number | null;

  @Column(() => GraphQLDateTime, 'When it was made, or asked for (UTC).')
  declare readonly createdAt: Date;

  @Column(() => GraphQLDateTime, 'When a worker began (UTC).', { nullable: true })
  declare readonly startedAt: Date | null;

  @Column(() => GraphQLDateTime, 'When it was stored or failed (UTC); null before.', { nullable: true })
  declare readonly finishedAt: Date | null;
}

export const CategorizationConnection = connectionOf(Categorization, 'Categorization', 'categorizations');
