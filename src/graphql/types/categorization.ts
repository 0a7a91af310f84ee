import { GraphQLDateTime } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import type { CategorizationRow } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { Property } from '../property';
import { connectionOf } from './connection';
import { Node } from './node';

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

  @Property(() => GraphQLDateTime, 'When it was made (UTC).')
  get createdAt(): Date {
    return this.row.createdAt;
  }
}

export const CategorizationConnection = connectionOf(Categorization, 'Categorization', 'categorizations');
