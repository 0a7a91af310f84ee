import { type Columns, columnReader, selectColumns } from '../database';
import type { GlobalKeys } from '../globalId';
import type { JobStatus } from '../job';

/** How the clusters came about: read from a folder, computed here, or taken over from another categorization. */
export const CATEGORIZATION_SOURCES = ['IMPORTED', 'COMPUTED', 'ASSIGNED'] as const;
export type CategorizationSource = (typeof CATEGORIZATION_SOURCES)[number];

/** A categorization with its lineage; what is not known of an old or imported one is null. */
export interface CategorizationRow {
  id: number;
  /** its id outside the database */
  uuid: string;
  datasetId: number;
  name: string;
  method: string;
  clusterCount: number;
  source: CategorizationSource;
  status: JobStatus;
  /** why it failed */
  error: string | null;
  /** lesions that are done, of `total` */
  completed: number;
  total: number;
  encoderId: number | null;
  featureDimension: number | null;
  executionProvider: string | null;
  /** lesions that were skipped, with the reason, and execution providers that failed */
  warnings: string[];
  /** the categorization whose centroids it took over */
  assignedFromId: number | null;
  /** the request, if it was computed on this server */
  request: unknown;
  /** who asked for it: an address; null where the operator did, and for those of before */
  client: string | null;
  seed: number | null;
  startWeights: string | null;
  command: string | null;
  codeVersion: string | null;
  dataChecksum: string | null;
  selectionRule: string | null;
  chosenIteration: number | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** A model that computes features of lesions. */
export interface EncoderRow {
  id: number;
  name: string;
  version: string;
  modelSha256: string;
  /** numbers per lesion */
  featureDimension: number;
}

/** One iteration of features, clustering and fine-tuning. */
export interface IterationRow {
  categorizationId: number;
  iteration: number;
  nmiToPrevious: number | null;
  purityToPrevious: number | null;
  silhouette: number | null;
  /** lesions of each cluster by rising cluster index */
  sizes: number[];
  /** agreement with the true types of synthetic data, which nothing was chosen by */
  nmiToHiddenTypes: number | null;
  purityToHiddenTypes: number | null;
}

/** One number of clusters that was tried. */
export interface ScanRow {
  categorizationId: number;
  clusterCount: number;
  silhouette: number | null;
  stability: number | null;
  chosen: boolean;
}

export interface PseudoClusterRow {
  id: number;
  categorizationId: number;
  /** id of the categorization outside the database */
  categorizationUuid: string;
  clusterIndex: number;
  /** a radiologist's name for it */
  label: string | null;
  /** when that name was given or changed here; null for names that came with the categorization */
  labelledAt: Date | null;
}

export const CATEGORIZATION_COLUMNS: Columns<CategorizationRow> = {
  id: 'id',
  uuid: 'uuid',
  datasetId: 'dataset_id',
  name: 'name',
  method: 'method',
  clusterCount: 'cluster_count',
  source: 'source',
  status: 'status',
  error: 'error',
  completed: 'completed',
  total: 'total',
  encoderId: 'encoder_id',
  featureDimension: 'feature_dimension',
  executionProvider: 'execution_provider',
  warnings: 'warnings',
  assignedFromId: 'assigned_from_id',
  request: 'request',
  client: 'client',
  seed: 'seed',
  startWeights: 'start_weights',
  command: 'command',
  codeVersion: 'code_version',
  dataChecksum: 'data_checksum',
  selectionRule: 'selection_rule',
  chosenIteration: 'chosen_iteration',
  createdAt: 'created_at',
  startedAt: 'started_at',
  finishedAt: 'finished_at',
};

export const ENCODER_COLUMNS: Columns<EncoderRow> = {
  id: 'id',
  name: 'name',
  version: 'version',
  modelSha256: 'model_sha256',
  featureDimension: 'feature_dimension',
};

export const ITERATION_COLUMNS: Columns<IterationRow> = {
  categorizationId: 'categorization_id',
  iteration: 'iteration',
  nmiToPrevious: 'nmi_to_previous',
  purityToPrevious: 'purity_to_previous',
  silhouette: 'silhouette',
  sizes: 'sizes',
  nmiToHiddenTypes: 'nmi_to_hidden_types',
  purityToHiddenTypes: 'purity_to_hidden_types',
};

export const SCAN_COLUMNS: Columns<ScanRow> = {
  categorizationId: 'categorization_id',
  clusterCount: 'cluster_count',
  silhouette: 'silhouette',
  stability: 'stability',
  chosen: 'chosen',
};

/** Those of the table itself. */
export const PSEUDO_CLUSTER_COLUMNS: Columns<Omit<PseudoClusterRow, 'categorizationUuid'>> = {
  id: 'id',
  categorizationId: 'categorization_id',
  clusterIndex: 'cluster_index',
  label: 'label',
  labelledAt: 'labelled_at',
};

/** The select list of pseudo-clusters, as `cluster`. */
export const PSEUDO_CLUSTER_SQL = `${selectColumns(PSEUDO_CLUSTER_COLUMNS, 'cluster')},
  (SELECT uuid FROM categorization WHERE categorization.id = cluster.categorization_id) AS "categorizationUuid"`;

export const readPseudoCluster = columnReader<PseudoClusterRow>(
  { ...PSEUDO_CLUSTER_COLUMNS, categorizationUuid: 'uuid' },
  '',
);

export const categorizationKey = ({ uuid }: CategorizationRow): GlobalKeys['Categorization'] => ({ uuid });

export const pseudoClusterKey = (row: PseudoClusterRow): GlobalKeys['PseudoCluster'] => ({
  categorization: row.categorizationUuid,
  clusterIndex: row.clusterIndex,
});
