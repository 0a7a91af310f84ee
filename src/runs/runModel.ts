/**
 * From a run to its open model: a run that this machine cannot serve is refused, and one that no worker could open
 * fails.
 */
import type { Database } from '../database';
import { messageOf } from '../errors';
import type { ModelFolder, OpenedModel } from '../inference';
import { askTwice, InferenceStopped } from '../inference';
import { isTerminal } from '../job';
import { noteRunExecution } from './executionNote';
import { judgeRefused, markServed, type Refusal } from './refusals';
import { findFileRefusal, findMeans } from './runRequirements';
import { type DetectionRunRow, findRunIfThere, hasModel, type ModelRunRow, moveRun } from './runRows';
import { noteQueueWait } from './runTrace';
import type { RunWorkContext } from './runWorkContext';
import type { Watch } from './watchForEnd';

/** A run whose model is open on this machine. */
export interface OpenModel {
  run: ModelRunRow;
  folder: ModelFolder;
  classClusters: number[];
  /** the recorded provider, batch size and warnings of the run */
  opened: OpenedModel;
}

/**
 * @returns null if the run has finished, now or before, or the work is not needed any more; `handed-on` if another
 * worker
 *   has to process it
 */
export async function openModel(
  context: RunWorkContext,
  runId: number,
  watch: Watch,
): Promise<OpenModel | 'handed-on' | null> {
  const { database, host, observer } = context;
  const run = await findRunIfThere(database, runId);
  if (!run || isTerminal(run.status)) return null;
  const folder = await findMeans(context, run);
  if ('reason' in folder) return refuse(context, run, folder);
  let opened: OpenedModel;
  try {
    opened = await askTwice(() => host.open(folder));
    observer.modelOpened(run, opened);
  } catch (thrown) {
    if (watch.reason() !== null || thrown instanceof InferenceStopped) return null;
    const refusal = await findFileRefusal(database, run, folder);
    return refusal
      ? refuse(context, run, refusal)
      : fail(context, runId, `The model could not be loaded: ${messageOf(thrown)}`);
  }
  await markServed(database, runId);
  const change = { executionProvider: opened.executionProvider, warnings: opened.warnings };
  const started = run.status === 'QUEUED' ? await moveRun(database, runId, 'RUNNING', change) : run;
  if (run.status === 'QUEUED' && started) {
    noteQueueWait(run);
    context.log.info({ runId, executionProvider: opened.executionProvider }, 'detection run begun');
  }
  const current = started ?? (await findRunIfThere(database, runId));
  if (!current || isTerminal(current.status) || !hasModel(current)) return null;
  await noteRunExecution(database, runId, opened);
  const classClusters = await findClassClusters(database, run.datasetId, folder.manifest.categorization);
  return { run: current, folder, classClusters, opened };
}

/** Hands a run off to other workers, or ends it if there is none. */
async function refuse(context: RunWorkContext, run: DetectionRunRow, refusal: Refusal): Promise<'handed-on' | null> {
  const { database, observer } = context;
  await observer.refused(refusal);
  const failure = await judgeRefused(database, run.id, { ...refusal, workerId: observer.id });
  if (failure !== null) return fail(context, run.id, failure);
  observer.handedOn(refusal);
  return 'handed-on';
}

async function fail({ database, log }: RunWorkContext, runId: number, error: string): Promise<null> {
  log.warn({ runId, reason: error }, 'detection run failed');
  await moveRun(database, runId, 'FAILED', { error });
  return null;
}

/**
 * The pseudo-cluster rows of a multi-class detector's classes, if the data set has the categorization that it was
 * trained on.
 */
async function findClassClusters(
  database: Database,
  datasetId: number,
  categorization: string | null,
): Promise<number[]> {
  if (categorization === null) return [];
  const rows = await database.query<{ id: number }>({
    text: `SELECT c.id FROM pseudo_cluster AS c JOIN categorization AS k ON k.id = c.categorization_id
           WHERE k.dataset_id = $1 AND k.name = $2 ORDER BY c.cluster_index`,
    values: [datasetId, categorization],
  });
  return rows.map(({ id }) => id);
}
