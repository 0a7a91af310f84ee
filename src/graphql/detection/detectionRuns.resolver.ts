import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Query, Resolver, Root, Subscription } from 'type-graphql';
import { expectTermsAccepted } from '../../access';
import { findDatasetByReference, unknownDataset } from '../../dataset';
import { keyOf } from '../../globalId';
import { type DetectionRunRow, estimateRun, type RunState, runListing, watchRun, watchRuns } from '../../runs';
import { abortable } from '../core/abortable';
import { connect } from '../core/connect';
import { type GraphContext, renewLoaders } from '../core/context';
import { expectUsableDataset } from '../core/datasetsOfKeys';
import { expectRun } from '../core/nodes';
import { DetectionRun, DetectionRunConnection } from './detectionRun';
import { DetectionRunListArgs } from './listArgs';
import { RunDetectionInput, toRunRequest } from './runDetectionInput';
import { RunEstimateType } from './runEstimate';

@Resolver()
export class DetectionRunsResolver {
  @Query(() => DetectionRunConnection, { description: 'Detection runs.' })
  detectionRuns(
    @Args(() => DetectionRunListArgs) args: DetectionRunListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(DetectionRunConnection, context, info, {
      type: 'DetectionRun',
      args,
      listing: () => runListing(args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new DetectionRun(row),
    });
  }

  @Query(() => DetectionRun, {
    nullable: true,
    description: 'Finds one detection run by its global id; null if there is none with this id.',
  })
  async detectionRun(@Arg('id', () => ID, { description: 'Global id.' }) id: string, @Ctx() { loaders }: GraphContext) {
    const row = await loaders.runByKey.load(keyOf(id, 'DetectionRun', 'id'));
    return row && new DetectionRun(row);
  }

  @Query(() => RunEstimateType, {
    description:
      'What `runDetection` would take with the same input; nothing is stored. An input that `runDetection` refuses is ' +
      'refused with the same error, except for the limits of the queue.',
  })
  async estimateRun(
    @Arg('input', () => RunDetectionInput, { description: 'The input of `runDetection`.' }) input: RunDetectionInput,
    @Ctx() context: GraphContext,
  ) {
    await expectUsableDataset(context, input.dataset, 'dataset');
    const { registry, config } = context.services;
    const { database } = context;
    return new RunEstimateType(await estimateRun({ database, registry, config }, toRunRequest(input)));
  }

  @Subscription(() => DetectionRun, {
    deprecationReason: 'jobProgress follows jobs of all kinds.',
    description:
      'The current run is sent immediately, and again after each change of its status or of the number ' +
      'of finished images, until the run has finished. For a finished run, its final state is sent ' +
      'once, so that a client that reconnects does not miss the end. Available at /graphql/stream ' +
      '(server-sent events) and ws://…/graphql (graphql-transport-ws).',
    subscribe: async ({ args, context }: { args: { id: string }; context: GraphContext }) => {
      const { id } = await expectRun(context, args.id, 'id');
      return abortable((signal) => watchRun(context.database, id, signal));
    },
  })
  detectionRunProgress(
    @Arg('id', () => ID, { description: 'Global id of the detection run.' }) _id: string,
    @Root() state: RunState,
    @Ctx() context: GraphContext,
  ) {
    renewLoaders(context);
    return new DetectionRun(state.run);
  }

  @Subscription(() => DetectionRun, {
    nullable: true,
    description:
      'All runs in one stream. The unfinished runs are sent immediately (the newest 100), then a run whenever it is ' +
      'created and after each change of its status or of the number of finished images, at most twice a second per ' +
      'run. It does not end. A client that reconnects does not get the runs that ended in between: query ' +
      '`detectionRuns` again. Available at /graphql/stream (server-sent events) and ws://…/graphql ' +
      '(graphql-transport-ws).',
    subscribe: async ({ args, context }: { args: { dataset?: string | null }; context: GraphContext }) => {
      const id = args.dataset == null ? null : await datasetIdOf(context, args.dataset);
      return abortable((signal) => watchRuns(context.database, id, signal));
    },
  })
  detectionRunsChanged(
    @Arg('dataset', () => String, {
      nullable: true,
      description:
        'Only runs of this data set version: `slug` for the version that is the latest when the stream begins, ' +
        '`slug@2` for version 2.',
    })
    _dataset: string | null | undefined,
    @Root() run: DetectionRunRow,
    @Ctx() context: GraphContext,
  ) {
    renewLoaders(context);
    return new DetectionRun(run);
  }
}

/** @throws NotFound naming the argument and the known data sets */
async function datasetIdOf({ database, caller, services }: GraphContext, reference: string): Promise<number> {
  const dataset = await findDatasetByReference(database, reference);
  if (!dataset) throw await unknownDataset(database, reference, 'dataset');
  await expectTermsAccepted(services.database, caller, reference, 'dataset');
  return dataset.id;
}
