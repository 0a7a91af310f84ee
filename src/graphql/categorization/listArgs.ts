import { listArgsOf } from '../core/listArgs';
import { CategorizationFilter } from './categorizationFilter';
import { CategorizationOrderFieldEnum, PseudoClusterOrderFieldEnum } from './orderEnums';
import { PseudoClusterFilter } from './pseudoClusterFilter';

export const CategorizationListArgs = listArgsOf(
  CategorizationFilter,
  'Categorization',
  'categorizations',
  CategorizationOrderFieldEnum,
);
export type CategorizationListArgs = InstanceType<typeof CategorizationListArgs>;

export const PseudoClusterListArgs = listArgsOf(
  PseudoClusterFilter,
  'PseudoCluster',
  'pseudo-clusters',
  PseudoClusterOrderFieldEnum,
);
export type PseudoClusterListArgs = InstanceType<typeof PseudoClusterListArgs>;
