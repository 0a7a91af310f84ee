import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, ID, Info, Mutation, Query, Resolver } from 'type-graphql';
import { seesAll } from '../../access';
import {
  categorizationListing,
  findCategorizations,
  labelPseudoCluster,
  pseudoClusterListing,
  requestCategorization,
} from '../../categorization';
import type { KeepAnswer } from '../../database';
import { NotFound } from '../../errors';
import { keyOf } from '../../globalId';
import { recorded } from '../core/audit';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { expectOwnDataset, expectUsableDataset } from '../core/datasetsOfKeys';
import { present } from '../core/found';
import { answered, createOnce } from '../core/idempotency';
import { Categorization, CategorizationConnection } from './categorization';
import { CategorizeLesionsInput, toCategorizationRequest } from './categorizeLesionsInput';
import { LabelPseudoClusterInput } from './labelPseudoClusterInput';
import { CategorizationListArgs, PseudoClusterListArgs } from './listArgs';
import { CategorizeLesionsPayload, LabelPseudoClusterPayload } from './payloads';
import { PseudoCluster, PseudoClusterConnection } from './pseudoCluster';
import { toPseudoClusterFilter } from './pseudoClusterFilter';

@Resolver()
export class CategorizationsResolver {
  @Query(() => CategorizationConnection, { description: 'Categorizations of all data sets.' })
  categorizations(
    @Args(() => CategorizationListArgs) args: CategorizationListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(CategorizationConnection, context, info, {
      type: 'Categorization',
      args,
      listing: () => categorizationListing(args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new Categorization(row),
    });
  }

  @Query(() => Categorization, {
    nullable: true,
    description: 'Finds one categorization by its global id; null if there is none with this id.',
  })
  async categorization(
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
    @Ctx() { loaders }: GraphContext,
  ) {
    const row = await loaders.categorizationByKey.load(keyOf(id, 'Categorization', 'id'));
    return row && new Categorization(row);
  }

  @Query(() => PseudoClusterConnection, { description: 'Pseudo-clusters of all categorizations.' })
  pseudoClusters(
    @Args(() => PseudoClusterListArgs) args: PseudoClusterListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(PseudoClusterConnection, context, info, {
      type: 'PseudoCluster',
      args,
      listing: () => pseudoClusterListing(toPseudoClusterFilter(args.filter ?? {}), args.orderBy ?? []),
      toNode: (row) => new PseudoCluster(row),
    });
  }

  @Mutation(() => CategorizeLesionsPayload, {
    description:
      'Assigns lesions to pseudo-clusters by the features of an encoder, either by a new clustering or ' +
      'by the centroids of another categorization. It returns immediately with the accepted ' +
      'categorization. Features that were computed before are reused.',
  })
  async categorizeLesions(
    @Arg('input', () => CategorizeLesionsInput, { description: 'The lesions and the method.' })
    input: CategorizeLesionsInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, loaders } = context;
    const { dataset, assignTo } = input;
    await expectUsableDataset(context, dataset, 'dataset');
    if (assignTo != null) await expectVisible(context, keyOf(assignTo, 'Categorization', 'assignTo').uuid, 'assignTo');
    const request = (keep?: KeepAnswer) =>
      requestCategorization({ ...services, client }, toCategorizationRequest(input), keep);
    const id = await createOnce(context, 'categorizeLesions', input, request, async (transaction, made) => {
      const [row] = await findCategorizations(transaction, [Number(made)]);
      return { target: new Categorization(present(row)).id, changes: { dataset } };
    });
    return new CategorizeLesionsPayload(new Categorization(answered(await loaders.categorization.load(Number(id)))));
  }

  @Mutation(() => LabelPseudoClusterPayload, {
    description: "Sets or removes a radiologist's name for a pseudo-cluster.",
  })
  async labelPseudoCluster(
    @Arg('input', () => LabelPseudoClusterInput, { description: 'The pseudo-cluster and the name.' })
    { pseudoClusterId, label }: LabelPseudoClusterInput,
    @Ctx() context: GraphContext,
  ) {
    const key = keyOf(pseudoClusterId, 'PseudoCluster', 'pseudoClusterId');
    await expectVisible(context, key.categorization, 'pseudoClusterId');
    const labelled = await recorded(context, { fields: ['label'] }, (transaction) =>
      labelPseudoCluster(transaction, key, label ?? null),
    );
    return new LabelPseudoClusterPayload(new PseudoCluster(labelled));
  }
}

/**
 * For what is then read among the categorizations of all data sets.
 *
 * @throws NotFound if there is no such categorization for the caller
 */
async function expectVisible(context: GraphContext, uuid: string, argument: string): Promise<void> {
  if (seesAll(context.caller)) return;
  const categorization = await context.loaders.categorizationByKey.load({ uuid });
  if (!categorization)
    throw new NotFound('There is no such categorization: the query "categorizations" lists them.', argument);
  await expectOwnDataset(context, categorization.datasetId, argument);
}
