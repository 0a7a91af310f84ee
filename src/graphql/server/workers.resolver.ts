import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { findWorkers } from '../../runs';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { DetectionRun } from '../detection/detectionRun';
import { Worker, WorkerBatch } from './worker';

@Resolver()
export class WorkersResolver {
  @Query(() => [Worker], {
    description: 'Who works on the queue, and who did until a short time ago; the longest-serving first.',
  })
  async workers(@Ctx() { database }: GraphContext) {
    return (await findWorkers(database)).map((row) => new Worker(row));
  }
}

@Resolver(() => WorkerBatch)
export class WorkerBatchFieldsResolver {
  @FieldResolver(() => DetectionRun, { description: 'The run that the batch is a part of.' })
  async run(@Root() { runId }: WorkerBatch, @Ctx() { loaders }: GraphContext) {
    return new DetectionRun(present(await loaders.run.load(runId)));
  }
}
