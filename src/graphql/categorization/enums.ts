/** The enums of categorizations. */
import { CATEGORIZATION_SOURCES, CATEGORIZATION_STATUSES } from '../../categorization';
import { defineEnum } from '../core/enums';

export const CategorizationStatusEnum = defineEnum(
  'CategorizationStatus',
  'Status of a categorization. Imported categorizations are SUCCEEDED from the start.',
  CATEGORIZATION_STATUSES,
  {
    QUEUED: 'Accepted; no worker has started yet.',
    RUNNING: 'A worker has started.',
    SUCCEEDED: 'Every lesion has been assigned to a pseudo-cluster.',
    FAILED: 'It failed; `error` gives the reason.',
  },
);

export const CategorizationSourceEnum = defineEnum(
  'CategorizationSource',
  'How the pseudo-clusters of a categorization were made.',
  CATEGORIZATION_SOURCES,
  {
    IMPORTED:
      'Computed by training/categorize.py, the iterative method of Yan et al. 2017, and imported with its lineage.',
    COMPUTED: 'Clustered on this server by the features of an encoder.',
    ASSIGNED: 'Each lesion was assigned to the nearest centroid of another categorization.',
  },
);
