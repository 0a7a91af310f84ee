/** All tables that have columns, for their JSON Schemas and docs/exports.md. */
import { CLUSTER_COLUMNS, FILES, IMAGES, LESIONS, PATIENTS, STUDIES } from './datasetTables';
import { ACCURACY, DETECTIONS, FROC, OUTCOME_COLUMNS, PRECISION_RECALL, RUN_IMAGES } from './runTables';
import type { Column } from './table';

/** A table as far as its readers have to know it. */
export interface DescribedTable {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly Column[];
}

export const DESCRIBED_TABLES: readonly DescribedTable[] = [
  LESIONS,
  {
    name: 'lesions-with-categorization',
    description: 'The same with the parameter categorization.',
    columns: [...LESIONS.columns, ...CLUSTER_COLUMNS],
  },
  IMAGES,
  STUDIES,
  PATIENTS,
  FILES,
  DETECTIONS,
  RUN_IMAGES,
  ACCURACY,
  FROC,
  PRECISION_RECALL,
  {
    name: 'outcomes',
    description:
      'One row per detection of an evaluation, and per lesion that none hits, at one intersection over union. Detections ' +
      'are matched by falling score as in COCO: each takes the lesion with the greatest overlap that is still free.',
    columns: OUTCOME_COLUMNS,
  },
];
