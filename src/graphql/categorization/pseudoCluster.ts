import { ID, Int, ObjectType } from 'type-graphql';
import type { PseudoClusterRow } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';

@ObjectType({
  implements: Node,
  description:
    'A group of lesions that look alike to the encoder of a categorization; a pseudo-label, not a diagnosis.',
})
export class PseudoCluster implements Node {
  constructor(readonly row: PseudoClusterRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('PseudoCluster', this.row.id);
  }

  @Property(
    () => Int,
    'Number within its categorization, counted from 1; without meaning of its own. Classes of a detector are in this order.',
  )
  get clusterIndex(): number {
    return this.row.clusterIndex;
  }

  @Property(() => String, "A radiologist's name for it, e.g. `lung nodule`. Null until somebody names it.", {
    nullable: true,
  })
  get label(): string | null {
    return this.row.label;
  }
}

export const PseudoClusterConnection = connectionOf(PseudoCluster, 'PseudoCluster', 'pseudo-clusters');
