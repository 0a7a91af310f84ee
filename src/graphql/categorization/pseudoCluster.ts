import { GraphQLDateTime } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import { type PseudoClusterRow, pseudoClusterKey } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';

@ObjectType({
  implements: Node,
  description:
    'A group of lesions with similar features of the encoder of a categorization. It is a ' +
    'pseudo-label, not a diagnosis.',
})
export class PseudoCluster implements Node {
  constructor(readonly row: PseudoClusterRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('PseudoCluster', pseudoClusterKey(this.row));
  }

  @Column(
    () => Int,
    'Index within its categorization, starting at 1; it has no meaning of its own. The classes of a ' +
      'detector are in this order.',
  )
  declare readonly clusterIndex: number;

  @Column(() => String, "A radiologist's name for it, e.g. `lung nodule`. Null until it has been named.", {
    nullable: true,
  })
  declare readonly label: string | null;

  @Column(
    () => GraphQLDateTime,
    'Time at which it was given its present name on this server (UTC). Null if it has no name, if the name came with ' +
      'the categorization, and for names of earlier versions.',
    { nullable: true },
  )
  declare readonly labelledAt: Date | null;
}

export const PseudoClusterConnection = connectionOf(PseudoCluster, 'PseudoCluster', 'pseudo-clusters');
