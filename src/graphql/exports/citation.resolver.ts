import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { readPackageVersion } from '../../codeVersion';
import { BadUserInput, NotFound } from '../../errors';
import {
  type CitationSource,
  eachOnce,
  findEvaluated,
  findVersion,
  type Work,
  worksOfEvaluation,
  worksOfVersion,
} from '../../exports';
import { keyOf } from '../../globalId';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { LesionFilter, toLesionFilter } from '../dataset/lesionFilter';
import { Citation } from './citation';

const MAX_EVALUATIONS = 20;

@Resolver()
export class CitationResolver {
  @Query(() => Citation, {
    description:
      'How to cite a data set version, a selection of its lesions (`filter` or `cohort`), and evaluations with their data, ' +
      'detectors and software: at least one of the arguments. A cohort is what a publication can rest on; a filter has the same ' +
      'lesions as long as what it names is there.',
  })
  async citationOf(
    @Arg('dataset', () => String, {
      nullable: true,
      description: '`slug` for the latest version of a data set, `slug@2` for version 2. The version is cited.',
    })
    dataset: string | null | undefined,
    @Arg('filter', () => LesionFilter, { nullable: true, description: 'The lesions of `dataset` that were used.' })
    filter: LesionFilter | null | undefined,
    @Arg('cohort', () => ID, { nullable: true, description: 'Global id of the cohort that was used.' })
    cohort: string | null | undefined,
    @Arg('evaluations', () => [ID], {
      nullable: true,
      description: `Global ids of evaluations, at most ${MAX_EVALUATIONS}.`,
    })
    evaluations: string[] | null | undefined,
    @Ctx() context: GraphContext,
  ) {
    const { database, origin = '' } = context;
    const source = { database, softwareVersion: readPackageVersion(), origin };
    if (filter != null && dataset == null)
      throw new BadUserInput(
        'Expected dataset together with filter: a selection is one of a data set version.',
        'dataset',
      );
    const works = [
      ...(dataset == null ? [] : await ofSelection(source, dataset, filter ?? null)),
      ...(cohort == null ? [] : await ofCohort(source, context, cohort)),
      ...(await ofEvaluations(source, evaluations ?? [])),
    ];
    if (works.length === 0)
      throw new BadUserInput('Expected dataset, cohort or evaluations: what is to be cited.', 'dataset');
    return new Citation(eachOnce(works));
  }
}

async function ofSelection(source: CitationSource, dataset: string, filter: LesionFilter | null): Promise<Work[]> {
  const version = await findVersion(source, dataset, { isVersioned: false });
  if (filter === null) return worksOfVersion(source, version);
  const selection = { filter: toLesionFilter(filter), given: filter };
  return worksOfVersion(source, version, selection);
}

async function ofCohort(source: CitationSource, { loaders }: GraphContext, cohort: string): Promise<Work[]> {
  const key = keyOf(cohort, 'Cohort', 'cohort');
  const row = await loaders.cohortByKey.load(key);
  if (!row) throw new NotFound('There is no cohort with this id: the query cohorts lists them.', 'cohort');
  const { slug, version } = present(await loaders.dataset.load(row.datasetId));
  return worksOfVersion(source, await findVersion(source, `${slug}@${version}`), {
    filter: { cohort: key },
    given: { cohort },
  });
}

async function ofEvaluations(source: CitationSource, ids: readonly string[]): Promise<Work[]> {
  if (ids.length > MAX_EVALUATIONS)
    throw new BadUserInput(`Expected at most ${MAX_EVALUATIONS} evaluations, got ${ids.length}.`, 'evaluations');
  const works: Work[] = [];
  for (const id of ids)
    works.push(...(await worksOfEvaluation(source, await findEvaluated(source, id, 'evaluations'), id)));
  return works;
}
