import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import type { CategorizationRow } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';
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

  @Property(() => String, 'Name, unique within the data set version.')
  get name(): string {
    return this.row.name;
  }

  @Property(() => String, 'How the clusters were found.')
  get method(): string {
    return this.row.method;
  }

  @Property(() => Int, 'Number of pseudo-clusters, K.')
  get clusterCount(): number {
    return this.row.clusterCount;
  }

  @Property(() => CategorizationSourceEnum, 'How its pseudo-clusters came about.')
  get source() {
    return this.row.source;
  }

  @Property(() => CategorizationStatusEnum, 'Where it is.')
  get status() {
    return this.row.status;
  }

  @Property(() => CategorizationProgress, 'How far it has come.')
  get progress(): CategorizationProgress {
    return new CategorizationProgress(this.row);
  }

  @Property(() => String, 'Why it failed; null unless it did.', { nullable: true })
  get error(): string | null {
    return this.row.error;
  }

  @Property(() => GraphQLJSON, 'What was asked for, where it was computed on this server.', { nullable: true })
  get request(): unknown {
    return this.row.request;
  }

  @Property(() => Int, 'Numbers a lesion that were clustered.', { nullable: true })
  get featureDimension(): number | null {
    return this.row.featureDimension;
  }

  @Property(() => String, 'ONNX execution provider that the encoder ran on: cpu, webgpu, cuda.', { nullable: true })
  get executionProvider(): string | null {
    return this.row.executionProvider;
  }

  @Property(() => [String], 'Lesions that were left out and why, and execution providers that failed.')
  get warnings(): string[] {
    return this.row.warnings;
  }

  @Property(() => Int, 'Seed of the clustering.', { nullable: true })
  get seed(): number | null {
    return this.row.seed;
  }

  @Property(() => String, '`random`, or which weights the encoder started from.', { nullable: true })
  get startWeights(): string | null {
    return this.row.startWeights;
  }

  @Property(() => String, 'The command that made it, and makes it again.', { nullable: true })
  get command(): string | null {
    return this.row.command;
  }

  @Property(() => String, 'Version of the code that made it.', { nullable: true })
  get codeVersion(): string | null {
    return this.row.codeVersion;
  }

  @Property(() => String, 'Checksum of the data that it was made of.', { nullable: true })
  get dataChecksum(): string | null {
    return this.row.dataChecksum;
  }

  @Property(() => String, 'The rule by which the iteration was chosen; true types are no part of it.', {
    nullable: true,
  })
  get selectionRule(): string | null {
    return this.row.selectionRule;
  }

  @Property(() => Int, 'The iteration whose clusters these are.', { nullable: true })
  get chosenIteration(): number | null {
    return this.row.chosenIteration;
  }

  @Property(() => GraphQLDateTime, 'When it was made, or asked for (UTC).')
  get createdAt(): Date {
    return this.row.createdAt;
  }

  @Property(() => GraphQLDateTime, 'When a worker began (UTC).', { nullable: true })
  get startedAt(): Date | null {
    return this.row.startedAt;
  }

  @Property(() => GraphQLDateTime, 'When it was stored or failed (UTC); null before.', { nullable: true })
  get finishedAt(): Date | null {
    return this.row.finishedAt;
  }
}

export const CategorizationConnection = connectionOf(Categorization, 'Categorization', 'categorizations');
