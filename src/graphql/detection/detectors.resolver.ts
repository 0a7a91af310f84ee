import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql';
import { NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import {
  archiveDetector,
  detectorListing,
  findDetectorByName,
  findDetectorsByKey,
  registerDetectorFromInbox,
  registerUploadedDetector,
} from '../../models';
import { recorded } from '../core/audit';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { answered, createOnce } from '../core/idempotency';
import { ArchiveDetectorInput } from './archiveDetectorInput';
import { Detector, DetectorConnection } from './detector';
import { DetectorListArgs } from './listArgs';
import { ArchiveDetectorPayload, RegisterDetectorPayload } from './payloads';
import { RegisterDetectorInput, toModelSource } from './registerDetectorInput';

@Resolver()
export class DetectorsResolver {
  @Query(() => DetectorConnection, {
    description: 'Detectors of this server, including external ones and those whose model is no longer present.',
  })
  detectors(
    @Args(() => DetectorListArgs) args: DetectorListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(DetectorConnection, context, info, {
      type: 'Detector',
      args,
      listing: () => detectorListing(args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new Detector(row),
    });
  }

  @Query(() => Detector, { nullable: true, description: 'Finds one detector by its name; null if there is none.' })
  async detector(
    @Arg('name', () => String, { description: 'Name of the detector.' }) name: string,
    @Arg('version', () => String, {
      nullable: true,
      description: 'Version of the detector; the highest version if omitted.',
    })
    version: string | null | undefined,
    @Ctx() { database }: GraphContext,
  ) {
    const row = await findDetectorByName(database, name, version);
    return row && new Detector(row);
  }

  @Mutation(() => RegisterDetectorPayload, {
    description:
      'Registers a model from a folder of the inbox or from an upload as a detector: checks it, tries ' +
      'it on synthetic slices, and stores it for all servers and workers.',
  })
  async registerDetector(
    @Arg('input', () => RegisterDetectorInput, { description: 'The model to register.' }) input: RegisterDetectorInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, signal, loaders } = context;
    const asker = { client, signal };
    let alreadyRegistered = true;
    const id = await createOnce(context, 'registerDetector', input, async (keep) => {
      const source = toModelSource(input);
      const registered =
        'folder' in source
          ? await registerDetectorFromInbox(services, source.folder, asker)
          : await registerUploadedDetector(services, await services.uploads.modelFolder(source.uploadId), asker);
      // Afterwards: a request that is repeated in between finds the same detector by its file.
      if (keep) await services.database.transaction((transaction) => keep(transaction, registered.detector.id));
      alreadyRegistered = registered.alreadyRegistered;
      return registered.detector;
    });
    context.mutation?.note({ changes: { alreadyRegistered } });
    return new RegisterDetectorPayload(
      new Detector(answered(await loaders.detector.load(Number(id)))),
      alreadyRegistered,
    );
  }

  @Mutation(() => ArchiveDetectorPayload, {
    description:
      'Archives a detector: it takes no new runs, and everything that it detected stays. Runs that are queued are ' +
      'computed.',
  })
  archiveDetector(
    @Arg('input', () => ArchiveDetectorInput, { description: 'The detector.' }) input: ArchiveDetectorInput,
    @Ctx() context: GraphContext,
  ) {
    return archive(context, input, true);
  }

  @Mutation(() => ArchiveDetectorPayload, {
    description: 'Takes an archived detector back, so that it takes new runs.',
  })
  unarchiveDetector(
    @Arg('input', () => ArchiveDetectorInput, { description: 'The detector.' }) input: ArchiveDetectorInput,
    @Ctx() context: GraphContext,
  ) {
    return archive(context, input, false);
  }
}

async function archive(
  context: GraphContext,
  { id }: ArchiveDetectorInput,
  isArchived: boolean,
): Promise<ArchiveDetectorPayload> {
  const { database, loaders } = context;
  const key = keyOf(id, 'Detector', 'id');
  const row = await loaders.detectorByKey.load(key);
  if (!row) throw new NotFound('There is no detector with this id: the query detectors lists them.', 'id');
  await recorded(context, {}, (transaction) => archiveDetector(transaction, row.id, isArchived));
  const [detector] = await findDetectorsByKey(database, [key]);
  return new ArchiveDetectorPayload(new Detector(present(detector)));
}
