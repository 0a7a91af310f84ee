import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { holderOfOwner } from '../../access';
import { NotFound } from '../../errors';
import { abortable } from '../core/abortable';
import { type GraphContext, renewLoaders } from '../core/context';
import { CancelJobInput, CancelJobPayload } from './cancelJob';
import { Job } from './job';
import { type AnyJob, cancelJob, findJob, outlookOf, watchJobs } from './jobs';

@Resolver()
export class JobsResolver {
  @Query(() => Job, {
    nullable: true,
    description: 'Finds a job by its id; null if there is none with this id, or if its upload has expired.',
  })
  async job(
    @Arg('id', () => ID, {
      description: 'Id of a detection run, a categorization, an export or a detection in an upload.',
    })
    id: string,
    @Ctx() context: GraphContext,
  ) {
    return findJob(context, id).catch((thrown) => {
      if (thrown instanceof NotFound) return null;
      throw thrown;
    });
  }

  @Mutation(() => CancelJobPayload, {
    description:
      'Cancels a job: immediately if it is queued, within one image if it is running. Results that were ' +
      'stored before stay; a cancelled categorization has no pseudo-clusters, and of a cancelled export no file stays.',
  })
  async cancelJob(
    @Arg('input', () => CancelJobInput, { description: 'The job.' }) { id }: CancelJobInput,
    @Ctx() context: GraphContext,
  ) {
    return new CancelJobPayload(await cancelJob(context, await findJob(context, id)));
  }

  @Subscription(() => Job, {
    description:
      'The current job is sent immediately, and again after each change of its status or of the number ' +
      'of finished images, slices or lesions, until it has ended. For a job that has ended, its final state is sent ' +
      'once, so that a client that reconnects does not miss the end. Available at /graphql/stream ' +
      '(server-sent events) and ws://…/graphql (graphql-transport-ws).',
    subscribe: async ({ args, context }: { args: { id: string }; context: GraphContext }) => {
      const job = await findJob(context, args.id);
      return abortable((signal) => watchJobs(context, job, signal));
    },
  })
  jobProgress(
    @Arg('id', () => ID, {
      description: 'Id of a detection run, a categorization, an export or a detection in an upload.',
    })
    _id: string,
    @Root() job: AnyJob,
    @Ctx() context: GraphContext,
  ): AnyJob {
    renewLoaders(context);
    return job;
  }
}

@Resolver(() => Job)
export class JobFieldsResolver {
  /** An address is no name, and may identify a person. */
  @FieldResolver()
  async owner(@Root() job: AnyJob, @Ctx() { loaders }: GraphContext): Promise<string | null> {
    if (holderOfOwner(job.owner) === null || job.owner === null) return null;
    return (await loaders.nameOfOwner.load(job.owner))?.name ?? null;
  }

  @FieldResolver()
  async queuePosition(@Root() job: AnyJob, @Ctx() context: GraphContext): Promise<number | null> {
    return (await outlookOf(context, job))?.queuePosition ?? null;
  }

  @FieldResolver()
  async estimatedEndAt(@Root() job: AnyJob, @Ctx() context: GraphContext): Promise<Date | null> {
    return (await outlookOf(context, job))?.estimatedEndAt ?? null;
  }
}
