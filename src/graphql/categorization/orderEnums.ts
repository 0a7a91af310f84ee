import { CATEGORIZATION_ORDER_FIELDS, PSEUDO_CLUSTER_ORDER_FIELDS } from '../../categorization';
import { BY_ID, defineEnum } from '../core/enums';

export const CategorizationOrderFieldEnum = defineEnum(
  'CategorizationOrderField',
  'Fields by which categorizations can be ordered.',
  CATEGORIZATION_ORDER_FIELDS,
  {
    ID: BY_ID,
    CREATED_AT: 'Time of creation.',
    NAME: 'Name, in byte order.',
    CLUSTER_COUNT: 'Number of pseudo-clusters.',
  },
);

export const PseudoClusterOrderFieldEnum = defineEnum(
  'PseudoClusterOrderField',
  'Fields by which pseudo-clusters can be ordered.',
  PSEUDO_CLUSTER_ORDER_FIELDS,
  {
    ID: BY_ID,
    CLUSTER_INDEX: 'Index within the categorization.',
    LABEL: "The radiologist's label, in byte order; unlabelled clusters last.",
  },
);
