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
      'One row per outcome of an evaluation at one overlap: of each detection, of each lesion that none finds, and of what ' +
      'the protocol does not count. They are matched like the FROC of the protocol (docs/errors.md), so that a detection ' +
      'that is the first to find two lesions has two rows.',
    columns: OUTCOME_COLUMNS,
  },
];
