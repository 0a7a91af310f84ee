import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { detectorListing, findDetectorByName } from '../../detection';
import { connect } from '../connect';
import type { GraphContext } from '../context';
import { DetectorListArgs } from '../inputs/detectorListArgs';
import { Detector, DetectorConnection } from '../types/detector';

@Resolver(() => Detector)
export class DetectorsResolver {
  @Query(() => DetectorConnection, { description: 'Detectors that this server has or once had.' })
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

  @Query(() => Detector, { nullable: true, description: 'One detector by its name; null if there is none.' })
  async detector(
    @Arg('name', () => String, { description: 'The name.' }) name: string,
    @Arg('version', () => String, {
      nullable: true,
      description: 'The version; the highest where it is left out.',
    })
    version: string | null | undefined,
    @Ctx() { database }: GraphContext,
  ) {
    const row = await findDetectorByName(database, name, version);
    return row && new Detector(row);
  }

  @FieldResolver(() => Boolean, { description: 'Whether runs can be made with it: its folder is there and fits.' })
  ready(@Root() { row }: Detector, @Ctx() { services }: GraphContext) {
    return services.registry.findById(row.id)?.ready ?? false;
  }
}
