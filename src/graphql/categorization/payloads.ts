import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Categorization } from './categorization';
import { PseudoCluster } from './pseudoCluster';

@ObjectType({ description: 'What labelPseudoCluster answers.' })
export class LabelPseudoClusterPayload {
  constructor(pseudoCluster: PseudoCluster) {
    this.pseudoCluster = pseudoCluster;
  }

  @Property(() => PseudoCluster, 'The pseudo-cluster with its new name.')
  readonly pseudoCluster: PseudoCluster;
}

@ObjectType({ description: 'What categorizeLesions answers, at once: it is only accepted, its work comes later.' })
export class CategorizeLesionsPayload {
  constructor(categorization: Categorization) {
    this.categorization = categorization;
  }

  @Property(() => Categorization, 'The categorization; follow it by its status and progress.')
  readonly categorization: Categorization;
}
