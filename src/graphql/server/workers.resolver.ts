import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { findWorkers, type WorkerRow } from '../../runs';
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
  async workers(@Ctx() { database, caller }: GraphContext) {
    // The run of a batch may be one of a data set that the key is not bound to.
    const known = (row: WorkerRow): WorkerRow => (caller.datasets === null ? row : { ...row, runId: null });
    return (await findWorkers(database)).map((row) => new Worker(known(row)));
  }
}

@Resolver(() => WorkerBatch)
export class WorkerBatchFieldsResolver {
  @FieldResolver(() => DetectionRun, { description: 'The run to which the batch belongs.' })
  async run(@Root() { runId }: WorkerBatch, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(runId)));
  }
}
