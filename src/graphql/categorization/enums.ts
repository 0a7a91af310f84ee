/** The enums of categorizations. */
import { CATEGORIZATION_SOURCES, CATEGORIZATION_STATUSES } from '../../categorization';
import { defineEnum } from '../core/enums';

export const CategorizationStatusEnum = defineEnum(
  'CategorizationStatus',
  'Where a categorization is. Imported ones are done from the beginning.',
  CATEGORIZATION_STATUSES,
  {
    QUEUED: 'Accepted; no worker has begun.',
    RUNNING: 'A worker has begun.',
    SUCCEEDED: 'Every lesion is in a pseudo-cluster.',
    FAILED: 'It could not go on; `error` says why.',
  },
);

export const CategorizationSourceEnum = defineEnum(
  'CategorizationSource',
  'How the pseudo-clusters of a categorization came about.',
  CATEGORIZATION_SOURCES,
  {
    IMPORTED: 'Computed by training/categorize.py, the loop of Yan et al. 2017, and imported with its lineage.',
    COMPUTED: 'Clustered on this server from the features of an encoder.',
    ASSIGNED: 'Each lesion was put to the nearest centroid of another categorization.',
  },
);
