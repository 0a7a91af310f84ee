import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { KeepAnswer } from '../../database';
import {
  addressOfExport,
  exportFilesOf,
  exportJobListing,
  exportSourceOf,
  exportViewerOf,
  findExportJobs,
  requestExport,
} from '../../exports';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { answered, createOnce } from '../core/idempotency';
import { Dataset } from '../dataset/dataset';
import { createFilterReader } from '../filterReader';
import { JobWebhookType } from '../job/webhook';
import { CreateExportInput, CreateExportPayload, Export, ExportConnection, ExportListArgs } from './export';
import { addressOfInput } from './exportAddress';

@Resolver()
export class ExportsResolver {
  @Query(() => ExportConnection, {
    description: 'The exports that you have requested; with the scope `operate` those of all owners.',
  })
  exports(
    @Args(() => ExportListArgs) args: ExportListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { caller } = context;
    const owner = caller.scopes.has('operate') ? null : caller.owner;
    return connect(ExportConnection, context, info, {
      type: 'Export',
      args,
      listing: () => exportJobListing(args.filter ?? {}, args.orderBy ?? [], owner),
      toNode: (row) => new Export(row),
    });
  }

  @Mutation(() => CreateExportPayload, {
    description:
      'Has a file of a data set version, a run or an evaluation written as a job, as you see the data. Its address can be ' +
      'read without it: the job is for large files, which are then sent at once, with size and digest. Bytes count when ' +
      'they are sent; with none left of the quota `export-bytes` it is refused. A client may have 10 that have not ended.',
  })
  async createExport(
    @Arg('input', () => CreateExportInput, { description: 'What is exported.' }) input: CreateExportInput,
    @Ctx() context: GraphContext,
    @Info() { schema }: GraphQLResolveInfo,
  ) {
    const { services, caller, loaders, origin = '' } = context;
    await services.quotas?.admit(caller, 'export-bytes');
    const address = await addressOfInput(context, input);
    const { database, queue, config } = services;
    const readFilter = createFilterReader(schema, services, caller);
    const viewer = await exportViewerOf(database, caller);
    const source = exportSourceOf({ database, files: exportFilesOf(config), readFilter }, viewer, origin);
    const work = { database, queue, source, caller, config };
    const create = (keep?: KeepAnswer) => requestExport(work, { ...address, webhookUrl: input.webhookUrl }, keep);
    const id = await createOnce(context, 'createExport', input, create, async (transaction, made) => {
      const row = present((await findExportJobs(transaction, [Number(made)]))[0]);
      return { target: new Export(row).id, changes: { path: row.path } };
    });
    return new CreateExportPayload(new Export(answered(await loaders.exportJob.load(Number(id)))));
  }
}

@Resolver(() => Export)
export class ExportFieldsResolver {
  @FieldResolver(() => String, { description: 'The address of the file; with a key, send the same one.' })
  url(@Root() { row }: Export, @Ctx() { origin = '' }: GraphContext): string {
    return `${origin}${addressOfExport(row)}`;
  }

  @FieldResolver(() => JobWebhookType, {
    nullable: true,
    description: 'Delivery state of the completion webhook; null if the request had no webhookUrl.',
  })
  async webhook(@Root() { row }: Export, @Ctx() { loaders, caller }: GraphContext) {
    const webhook = await loaders.webhookOfExport.load(row.id);
    return webhook && new JobWebhookType(webhook, row.client === caller.owner);
  }

  @FieldResolver(() => Dataset, { description: 'The data set version that it belongs to.' })
  async dataset(@Root() { row }: Export, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }
}
