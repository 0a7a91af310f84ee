import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { blindPartsOf, holderOfOwner } from '../../access';
import type { KeepAnswer } from '../../database';
import { cohortListing, createCohort, findCohorts } from '../../dataset';
import { keyOf } from '../../globalId';
import { connect } from '../core/connect';
import type { GraphContext } from '../core/context';
import { expectUsableDataset } from '../core/datasetsOfKeys';
import { present } from '../core/found';
import { answered, createOnce } from '../core/idempotency';
import { Cohort, CohortConnection, CohortListArgs, CreateCohortInput, CreateCohortPayload } from './cohort';
import { Dataset } from './dataset';
import { toLesionFilter } from './lesionFilter';

@Resolver()
export class CohortsResolver {
  @Query(() => CohortConnection, { description: 'Cohorts of all data sets.' })
  cohorts(
    @Args(() => CohortListArgs) args: CohortListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return connect(CohortConnection, context, info, {
      type: 'Cohort',
      args,
      listing: () => cohortListing(args.filter ?? {}, args.orderBy ?? []),
      toNode: (row) => new Cohort(row),
    });
  }

  @Query(() => Cohort, {
    nullable: true,
    description: 'Finds one cohort by its global id; null if there is none with this id.',
  })
  async cohort(@Arg('id', () => ID, { description: 'Global id.' }) id: string, @Ctx() { loaders }: GraphContext) {
    const row = await loaders.cohortByKey.load(keyOf(id, 'Cohort', 'id'));
    return row && new Cohort(row);
  }

  @Mutation(() => CreateCohortPayload, {
    description:
      'Freezes a selection of lesions under an id of its own, which filters, detection runs and exports take as `cohort`. A ' +
      'client may have 200 cohorts.',
  })
  async createCohort(
    @Arg('input', () => CreateCohortInput, { description: 'The lesions and a name.' }) input: CreateCohortInput,
    @Ctx() context: GraphContext,
  ) {
    const { services, client, caller, database: reads, loaders } = context;
    const { dataset, name } = input;
    await expectUsableDataset(context, dataset, 'dataset');
    const filter = input.filter ?? {};
    const [slug] = dataset.split('@', 1);
    const blind = (await blindPartsOf(services.database, caller)).filter((part) => part.slug === slug);
    const request = {
      ...{ dataset, name, client, reads, blindSplits: blind.map(({ split }) => split) },
      ...{ filter: toLesionFilter(filter), givenFilter: filter },
    };
    const create = (keep?: KeepAnswer) => createCohort(services.database, request, keep);
    const id = await createOnce(context, 'createCohort', input, create, async (transaction, made) => {
      const [row] = await findCohorts(transaction, [Number(made)]);
      return { target: new Cohort(present(row)).id, changes: { dataset, lesions: present(row).lesionCount } };
    });
    return new CreateCohortPayload(new Cohort(answered(await loaders.cohort.load(Number(id)))));
  }
}

@Resolver(() => Cohort)
export class CohortFieldsResolver {
  @FieldResolver(() => Dataset, { description: 'The data set version whose lesions they are.' })
  async dataset(@Root() { row }: Cohort, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  /** An address is no name, and may identify a person. */
  @FieldResolver(() => String, {
    nullable: true,
    description: 'Name of the key with which it was made, or of the person. Null if it was made without either.',
  })
  async owner(@Root() { row }: Cohort, @Ctx() { loaders }: GraphContext): Promise<string | null> {
    if (row.client === null || holderOfOwner(row.client) === null) return null;
    return (await loaders.nameOfOwner.load(row.client))?.name ?? null;
  }
}
