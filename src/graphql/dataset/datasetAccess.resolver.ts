import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { acceptTerms, expectDataset, expectSlug, isClosed, setVisibility, slugOf, type Visibility } from '../../access';
import { type DatasetRow, findDatasetByReference, unknownDataset } from '../../dataset';
import { Viewer } from '../access/apiKey';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { Dataset, NamedDataset } from './dataset';
import {
  AcceptTermsInput,
  AcceptTermsPayload,
  DatasetTerms,
  DatasetVisibilityEnum,
  SetDatasetVisibilityInput,
  SetDatasetVisibilityPayload,
  TermsAcceptance,
} from './datasetAccess';

/** Who sees a data set, and its terms of use. */
@Resolver(() => Dataset)
export class DatasetAccessResolver {
  @FieldResolver(() => DatasetVisibilityEnum, { description: 'Who sees the data set, all its versions.' })
  async visibility(@Root() { row }: Dataset, @Ctx() { loaders }: GraphContext): Promise<Visibility> {
    return present(await loaders.accessOfDataset.load(row.slug)).visibility;
  }

  @FieldResolver(() => DatasetTerms, {
    nullable: true,
    description: 'The terms of use that it asks for. Null unless `visibility` is TERMS.',
  })
  async terms(@Root() { row }: Dataset, @Ctx() { loaders, caller, services }: GraphContext) {
    const { terms } = present(await loaders.accessOfDataset.load(row.slug));
    if (!terms) return null;
    const accepted = caller.key ? await loaders.acceptancesOfOwner.load(caller.owner) : [];
    const acceptance = accepted.find(({ slug, version }) => slug === terms.slug && version === terms.version) ?? null;
    return new DatasetTerms(terms, acceptance, await isClosed(services.database, caller, row.slug));
  }

  @Mutation(() => AcceptTermsPayload, {
    description:
      'Accepts the current terms of use of a data set for the holder of your key, or for you if you are signed in as a ' +
      'person, once per version; after that its content ' +
      'is there, on all servers within a second. Repeating it changes nothing. A version that is not the current one is a ' +
      'CONFLICT.',
  })
  async acceptTerms(
    @Arg('input', () => AcceptTermsInput, {
      description: 'The data set, the version of its terms, and who accepts them.',
    })
    { dataset, ...input }: AcceptTermsInput,
    @Ctx() context: GraphContext,
  ) {
    const row = await expectDatasetRow(context, dataset);
    const { slug } = row;
    const { services, caller, mutation, loaders } = context;
    const changes = { dataset: slug, termsVersion: input.termsVersion };
    const target = new Dataset(row).id;
    await acceptTerms(services.database, caller, { slug, ...input }, async (transaction) => {
      await mutation?.add(transaction, { target, changes });
    });
    mutation?.note({ target, changes });
    const acceptances = await loaders.acceptancesOfOwner.load(caller.owner);
    const made = acceptances.find((one) => one.slug === slug && one.version === input.termsVersion);
    return new AcceptTermsPayload(new TermsAcceptance(present(made)), new NamedDataset(row));
  }

  @Mutation(() => SetDatasetVisibilityPayload, {
    description:
      'Says who sees a data set, all its versions, on all servers within a second. Terms have a version: anyone who accepted ' +
      'another one is asked again.',
  })
  async setDatasetVisibility(
    @Arg('input', () => SetDatasetVisibilityInput, { description: 'The data set and who is to see it.' })
    { dataset, visibility, terms }: SetDatasetVisibilityInput,
    @Ctx() context: GraphContext,
  ) {
    expectDataset(context.caller, dataset, 'dataset');
    expectSlug(dataset);
    const row = await expectDatasetRow(context, dataset);
    const { services, mutation } = context;
    await setVisibility(
      services.database,
      row.slug,
      visibility,
      terms ? { ...terms, duoCodes: terms.duoCodes ?? [] } : null,
      async (transaction, { before, after }) => {
        const changes = { before, after: after.visibility, termsVersion: after.terms?.version ?? null };
        await mutation?.add(transaction, { target: new Dataset(row).id, changes });
      },
    );
    return new SetDatasetVisibilityPayload(new NamedDataset(row));
  }
}

/** What the caller has accepted. */
@Resolver(() => Viewer)
export class AcceptedTermsResolver {
  @FieldResolver(() => [TermsAcceptance], {
    description: 'The terms of use that the holder of your key has accepted, the latest first. Empty without a key.',
  })
  async acceptedTerms(@Ctx() { caller, loaders }: GraphContext) {
    if (!caller.key) return [];
    return (await loaders.acceptancesOfOwner.load(caller.owner)).map((row) => new TermsAcceptance(row));
  }
}

/** @throws NotFound naming the data sets that there are for the caller */
async function expectDatasetRow({ database }: GraphContext, dataset: string): Promise<DatasetRow> {
  const row = await findDatasetByReference(database, slugOf(dataset));
  if (!row) throw await unknownDataset(database, dataset, 'dataset');
  return row;
}
