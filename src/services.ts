import type { AuditTrail, Quotas, SignedUrls } from './access';
import type { FeatureMaps, FeatureMatrices } from './categorization';
import type { Config } from './config';
import type { Database, Queryable } from './database';
import type { Doctor } from './doctor';
import type { Analyses, Evaluations, JobQueue } from './jobs';
import type { Logger } from './log';
import type { DetectorRegistry } from './models';
import type { Uploads } from './uploads';

/** What main.ts wires once and the ways in (graph, HTTP, command line, jobs) are given. */
export interface Services {
  config: Config;
  database: Database;
  /** the same database, for threads that open a connection of their own */
  databaseUrl: string;
  registry: DetectorRegistry;
  /** features of lesions in memory, for all requests */
  featureMatrices: FeatureMatrices;
  /** projections of such features, for all requests */
  featureMaps: FeatureMaps;
  queue: JobQueue;
  /** images and series that callers bring */
  uploads: Uploads;
  /** evaluations and comparisons off the event loop, each in turn */
  evaluations: Evaluations;
  /** stored evaluations taken apart off the event loop */
  analyses: Analyses;
  /** adds events to the audit trail outside the transactions of changes */
  audit: AuditTrail;
  /** what callers may have in a minute and in a day; absent in processes without a server, where nothing is counted */
  quotas?: Quotas;
  /** signs and verifies addresses of pictures */
  urls: SignedUrls;
  /** looks at every part, for the operator; absent in processes that do not serve */
  doctor?: Doctor;
  log: Logger;
  /** git revision or package version of the running code */
  codeVersion: string;
  /** of the HTTP server, which adds it; absent in processes without one */
  readiness?: Readiness;
}

/** Whether a server can do its work. */
export interface Readiness {
  /** @param seen the database as the caller sees it: data sets that are absent there are not mentioned; omitted: all of it */
  look(seen?: Queryable): Promise<ReadinessReport>;
}

/** What was found. */
export interface ReadinessReport {
  checks: ReadinessCheck[];
  /** what takes no server out of service, such as a data set whose images are gone */
  warnings: string[];
}

/** One thing that has to be right. */
export interface ReadinessCheck {
  name: string;
  ok: boolean;
  /** why not; null if it is right */
  message: string | null;
}
