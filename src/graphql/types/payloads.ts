import { ObjectType } from 'type-graphql';
import { Property } from '../property';
import { PseudoCluster } from './pseudoCluster';

@ObjectType({ description: 'What labelPseudoCluster answers.' })
export class LabelPseudoClusterPayload {
  constructor(pseudoCluster: PseudoCluster) {
    this.pseudoCluster = pseudoCluster;
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster with its new name.')
  readonly pseudoCluster: PseudoCluster;
}
