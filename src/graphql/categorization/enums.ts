/** The enums of categorizations. */
import { CATEGORIZATION_SOURCES } from '../../categorization';
import { JOB_STATUSES } from '../../job';
import { defineEnum } from '../core/enums';

export const CategorizationStatusEnum = defineEnum(
  'CategorizationStatus',
  'Status of a categorization, for filters. Imported categorizations are SUCCEEDED from the start.',
  JOB_STATUSES,
  {
    QUEUED: 'Accepted; no worker has started yet.',
    RUNNING: 'A worker has started.',
    SUCCEEDED: 'Every lesion has been assigned to a pseudo-cluster.',
    FAILED: 'It failed; `error` gives the reason.',
    CANCELLED: 'It was cancelled; it has no pseudo-clusters.',
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
