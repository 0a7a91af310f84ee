/** What the work on runs is given: by the process, and for each batch. */
import type { Database } from '../database';
import type { InferenceHost, OpenedModel } from '../inference';
import type { Lease } from '../job';
import type { Logger } from '../log';
import type { DetectorRegistry } from '../models';
import type { Refusal } from './refusals';
import type { DetectionRunRow } from './runRows';

/** What a worker works with. */
export interface RunWorkContext {
  database: Database;
  registry: DetectorRegistry;
  host: InferenceHost;
  log: Logger;
  /** Evaluates a run whose images are all done; off the event loop. */
  evaluate(runId: number): Promise<void>;
  observer: WorkObserver;
}

/** Told of what a worker does, so that it can be shown. */
export interface WorkObserver {
  /** of the worker */
  readonly id: string;
  /** A run can be served: the machine has what it needs. */
  modelOpened(run: DetectionRunRow, model: OpenedModel): void;
  imageDone(): void;
  /** The machine lacks what a run needs. Resolves when other workers can see it. */
  refused(refusal: Refusal): Promise<void>;
  /** The run is left to other workers for a while. */
  handedOn(refusal: Refusal): void;
}

/** Some images of one run, and the right to work on them. */
export interface LeasedBatch extends Lease {
  runId: number;
  imageIds: readonly number[];
}
