/** The context of processing runs: of the process, and of each batch. */
import type { Database } from '../database';
import type { InferenceHost, OpenedModel } from '../inference';
import type { Lease } from '../job';
import type { Logger } from '../log';
import type { DetectorRegistry } from '../models';
import type { Refusal } from './refusals';
import type { DetectionRunRow } from './runRows';

/** The dependencies of a worker. */
export interface RunWorkContext {
  database: Database;
  registry: DetectorRegistry;
  host: InferenceHost;
  log: Logger;
  /** Evaluates a run that has an outcome for all images; off the event loop. */
  evaluate(runId: number): Promise<void>;
  observer: WorkObserver;
}

/** Notified of what a worker does, so that it can be shown. */
export interface WorkObserver {
  /** id of the worker */
  readonly id: string;
  /** A run can be served: the machine has what it requires. */
  modelOpened(run: DetectionRunRow, model: OpenedModel): void;
  imageDone(): void;
  /** The machine lacks what a run requires. Resolves when other workers can see it. */
  refused(refusal: Refusal): Promise<void>;
  /** The run is handed off to other workers for a while. */
  handedOn(refusal: Refusal): void;
}

/** Some images of one run, and the lease to process them. */
export interface LeasedBatch extends Lease {
  runId: number;
  imageIds: readonly number[];
}
