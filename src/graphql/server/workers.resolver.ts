import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { seesAll } from '../../access';
import { datasetOfProblem, findWorkers, type WorkerRow } from '../../runs';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { DetectionRun } from '../detection/detectionRun';
import { Worker, WorkerBatch } from './worker';

@Resolver()
export class WorkersResolver {
  @Query(() => [Worker], {
    description:
      'The workers of the queue, including those that died recently; the worker that started first comes first.',
  })
  async workers(@Ctx() context: GraphContext) {
    const rows = await findWorkers(context.database);
    const shown = seesAll(context.caller) ? rows : await Promise.all(rows.map((row) => seenBy(context, row)));
    return shown.map((row) => new Worker(row));
  }
}

/** The batch of a worker, and what its machine lacks, may be of data sets that the caller does not see. */
async function seenBy({ loaders }: GraphContext, row: WorkerRow): Promise<WorkerRow> {
  const run = row.runId === null ? null : await loaders.run.load(row.runId);
  const isSeen = async (problem: string): Promise<boolean> => {
    const dataset = datasetOfProblem(problem);
    return dataset === null || (await loaders.datasetByReference.load(dataset)) !== null;
  };
  const seen = await Promise.all(row.problems.map(isSeen));
  return { ...row, runId: run?.id ?? null, problems: row.problems.filter((_, index) => seen[index]) };
}

@Resolver(() => WorkerBatch)
export class WorkerBatchFieldsResolver {
  @FieldResolver(() => DetectionRun, { description: 'The run to which the batch belongs.' })
  async run(@Root() { runId }: WorkerBatch, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(runId)));
  }
}
