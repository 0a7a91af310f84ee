import type { Database } from '../database';
import type { InferenceHost } from '../inference';
import type { Lease } from '../job';
import type { Logger } from '../log';
import type { Clustered } from './clusterInThread';
import type { Vectors } from './featureBytes';

/** What a worker works with. */
export interface CategorizationWorkContext {
  database: Database;
  host: InferenceHost;
  config: { modelsDir: string };
  log: Logger;
  /** clusters features, off the event loop */
  cluster(features: Vectors, options: { clusterCount: number; seed: number }): Promise<Clustered>;
}

/** A categorization, and the right to work on it. */
export interface LeasedCategorization extends Lease {
  categorizationId: number;
}
