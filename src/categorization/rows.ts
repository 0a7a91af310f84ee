import type { Columns } from '../database';

export interface CategorizationRow {
  id: number;
  datasetId: number;
  name: string;
  method: string;
  clusterCount: number;
  createdAt: Date;
}

export interface PseudoClusterRow {
  id: number;
  categorizationId: number;
  clusterIndex: number;
  /** a radiologist's name for it */
  label: string | null;
}

export const CATEGORIZATION_COLUMNS: Columns<CategorizationRow> = {
  id: 'id',
  datasetId: 'dataset_id',
  name: 'name',
  method: 'method',
  clusterCount: 'cluster_count',
  createdAt: 'created_at',
};

export const PSEUDO_CLUSTER_COLUMNS: Columns<PseudoClusterRow> = {
  id: 'id',
  categorizationId: 'categorization_id',
  clusterIndex: 'cluster_index',
  label: 'label',
};
