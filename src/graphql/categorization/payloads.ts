import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Categorization } from './categorization';
import { PseudoCluster } from './pseudoCluster';

@ObjectType({ description: 'Result of labelPseudoCluster.' })
export class LabelPseudoClusterPayload {
  constructor(pseudoCluster: PseudoCluster) {
    this.pseudoCluster = pseudoCluster;
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster with its new name.')
  readonly pseudoCluster: PseudoCluster;
}

@ObjectType({
  description:
    'Result of categorizeLesions. It is returned as soon as the request has been accepted; the work is done later.',
})
export class CategorizeLesionsPayload {
  constructor(categorization: Categorization) {
    this.categorization = categorization;
  }

  @Property(() => Categorization, 'The accepted categorization; its status and progress can be polled.')
  readonly categorization: Categorization;
}
