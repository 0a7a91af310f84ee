import { CATEGORIZATION_ORDER_FIELDS, PSEUDO_CLUSTER_ORDER_FIELDS } from '../../categorization';
import { BY_ID, defineEnum } from '../core/enums';

export const CategorizationOrderFieldEnum = defineEnum(
  'CategorizationOrderField',
  'What categorizations can be ordered by.',
  CATEGORIZATION_ORDER_FIELDS,
  {
    ID: BY_ID,
    CREATED_AT: 'Time of creation.',
    NAME: 'Name, byte by byte.',
    CLUSTER_COUNT: 'Number of pseudo-clusters.',
  },
);

export const PseudoClusterOrderFieldEnum = defineEnum(
  'PseudoClusterOrderField',
  'What pseudo-clusters can be ordered by.',
  PSEUDO_CLUSTER_ORDER_FIELDS,
  {
    ID: BY_ID,
    CLUSTER_INDEX: 'Index within the categorization.',
    LABEL: "The radiologist's label, byte by byte; unlabelled ones last.",
  },
);
