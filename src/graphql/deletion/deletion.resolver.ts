import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { expectDataset, expectOwner } from '../../access';
import { deleteCategorization, deleteCohort, deleteDataset, deleteDetectionRun, refuseDeleted } from '../../deletion';
import { NotFound } from '../../errors';
import { expectGlobalId, type GlobalKeys, keyOf } from '../../globalId';
import { ownerOfRun } from '../../runs';
import type { GraphContext } from '../core/context';
import { expectOwnDataset } from '../core/datasetsOfKeys';
import { DeletionInput, toDeletionRequest } from './deletionInput';
import { DeletionPayload } from './deletionPayload';

const RULES =
  'What is queued or running is never deleted, and what depends on it only with `cascade`: that is a CONFLICT with ' +
  'the counts. With `dryRun`, nothing changes, and the counts are returned. It cannot be undone.';

@Resolver()
export class DeletionResolver {
  @Mutation(() => DeletionPayload, {
    description: `Deletes one version of a data set; its pixel files stay. ${RULES} The number of the version is not used again.`,
  })
  async deleteDataset(
    @Arg('input', () => DeletionInput, { description: 'The data set version.' }) input: DeletionInput,
    @Ctx() context: GraphContext,
  ) {
    const row = await expectRow(context, input.id, 'Dataset', (key) => context.loaders.datasetByKey.load(key));
    expectDataset(context.caller, row.slug, 'id');
    const request = toDeletionRequest(input, context);
    return new DeletionPayload(input.id, await deleteDataset(context.services.database, row, request));
  }

  @Mutation(() => DeletionPayload, {
    description: `Deletes a finished detection run with its detections and evaluations. ${RULES}`,
  })
  async deleteDetectionRun(
    @Arg('input', () => DeletionInput, { description: 'The detection run.' }) input: DeletionInput,
    @Ctx() context: GraphContext,
  ) {
    const run = await expectRow(context, input.id, 'DetectionRun', (key) => context.loaders.runByKey.load(key));
    expectOwner(context.caller, ownerOfRun(run), 'a run');
    await expectOwnDataset(context, run.datasetId, 'id');
    const request = toDeletionRequest(input, context);
    return new DeletionPayload(input.id, await deleteDetectionRun(context.services.database, run.id, request));
  }

  @Mutation(() => DeletionPayload, {
    description: `Deletes a finished categorization with its pseudo-clusters. ${RULES}`,
  })
  async deleteCategorization(
    @Arg('input', () => DeletionInput, { description: 'The categorization.' }) input: DeletionInput,
    @Ctx() context: GraphContext,
  ) {
    const { id, datasetId } = await expectRow(context, input.id, 'Categorization', (key) =>
      context.loaders.categorizationByKey.load(key),
    );
    await expectOwnDataset(context, datasetId, 'id');
    const request = toDeletionRequest(input, context);
    return new DeletionPayload(input.id, await deleteCategorization(context.services.database, id, request));
  }

  @Mutation(() => DeletionPayload, {
    description:
      'Deletes a cohort; its lesions stay, and runs that were requested with it keep their images. With `dryRun`, nothing ' +
      'changes, and the counts are returned. It cannot be undone: filters and exports with its id are NOT_FOUND from then on.',
  })
  async deleteCohort(
    @Arg('input', () => DeletionInput, { description: 'The cohort.' }) input: DeletionInput,
    @Ctx() context: GraphContext,
  ) {
    const cohort = await expectRow(context, input.id, 'Cohort', (key) => context.loaders.cohortByKey.load(key));
    expectOwner(context.caller, cohort.client, 'a cohort');
    await expectOwnDataset(context, cohort.datasetId, 'id');
    const request = toDeletionRequest(input, context);
    return new DeletionPayload(input.id, await deleteCohort(context.services.database, cohort.id, request));
  }
}

/** @throws NotFound, which says when and why it was deleted, if it was */
async function expectRow<Type extends 'Dataset' | 'DetectionRun' | 'Categorization' | 'Cohort', Row>(
  { database, caller }: GraphContext,
  id: string,
  type: Type,
  load: (key: GlobalKeys[Type]) => Promise<Row | null>,
): Promise<Row> {
  const row = await load(keyOf(id, type, 'id'));
  if (row) return row;
  if (caller.datasets === null) await refuseDeleted(database, expectGlobalId(id, 'id'), 'id');
  throw new NotFound('There is nothing with this id.', 'id');
}
