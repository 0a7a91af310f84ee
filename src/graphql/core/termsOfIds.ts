/**
 * What names content of a data set whose terms the caller has not accepted is refused with these terms, rather than absent:
 * a colleague's link then says how to come in. Data sets by their names are checked where all references are
 * (references.ts); this is for ids.
 */
import { type GraphQLArgument, type GraphQLField, type GraphQLSchema, getNamedType } from 'graphql';
import { expectTermsAccepted, seesAll } from '../../access';
import { type GlobalId, parseGlobalId } from '../../globalId';
import { type GraphContext, loadersAsAccepted, type ReadContext } from './context';
import type { Loaders } from './loaders';

/** Fields whose resolvers check each id by itself. */
const BY_THEMSELVES = new Set(['nodes']);

/** Makes the root fields of a schema that take ids, or inputs with ids, check them. @returns the same schema */
export function refuseUnacceptedIds(schema: GraphQLSchema): GraphQLSchema {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const field of types.flatMap((type) => Object.values(type?.getFields() ?? {})))
    if (!BY_THEMSELVES.has(field.name) && field.args.some(mayNameContent)) checkField(field);
  return schema;
}

const mayNameContent = ({ name, type }: GraphQLArgument): boolean =>
  name === 'input' || getNamedType(type).name === 'ID';

function checkField(field: GraphQLField<unknown, GraphContext>): void {
  const { resolve, subscribe } = field;
  const check = (values: Readonly<Record<string, unknown>>, context: GraphContext): Promise<void> | undefined => {
    if (seesAll(context.caller)) return undefined;
    const ids = field.args.flatMap(({ name }) => idsOf(values[name]).map((id) => [id, name] as const));
    return ids.length === 0
      ? undefined
      : Promise.all(ids.map(([id, name]) => refuseUnaccepted(context, id, name))).then(() => undefined);
  };
  if (subscribe)
    field.subscribe = async (source, values, context, info) => {
      await check(values, context);
      return subscribe(source, values, context, info);
    };
  else if (resolve)
    field.resolve = (source, values, context, info) => {
      const checking = check(values, context);
      const answer = (): unknown => resolve(source, values, context, info);
      return checking ? checking.then(answer) : answer();
    };
}

/** @returns the global ids in an argument: itself, its items, or the fields of an input */
function idsOf(value: unknown): GlobalId[] {
  if (typeof value === 'string') return parseGlobalId(value) ? [parseGlobalId(value)].flatMap((id) => id ?? []) : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(idsOf);
}

/** @throws Forbidden or Unauthenticated with the terms of the data set that something belongs to, if they are not accepted */
export async function refuseUnaccepted(context: ReadContext, id: GlobalId, argument: string): Promise<void> {
  const { services, caller } = context;
  if (seesAll(caller)) return;
  const dataset = nameIn(id) ?? (await datasetOf(context, id));
  if (dataset !== null) await expectTermsAccepted(services.database, caller, dataset, argument);
}

/** @returns the data set version that an id of its content names; a data set itself is visible */
function nameIn({ type, key }: GlobalId): string | null {
  return type !== 'Dataset' && 'dataset' in key ? key.dataset : null;
}

async function datasetOf(context: ReadContext, id: GlobalId): Promise<string | null> {
  const loaders = loadersAsAccepted(context);
  const datasetId = await datasetIdOf(loaders, id);
  return datasetId === null ? null : ((await loaders.dataset.load(datasetId))?.slug ?? null);
}

async function datasetIdOf(loaders: Loaders, { type, key }: GlobalId): Promise<number | null> {
  const ofRun = async (runId: number | undefined): Promise<number | null> =>
    runId === undefined ? null : ((await loaders.run.load(runId))?.datasetId ?? null);
  switch (type) {
    case 'Categorization':
      return (await loaders.categorizationByKey.load(key))?.datasetId ?? null;
    case 'Cohort':
      return (await loaders.cohortByKey.load(key))?.datasetId ?? null;
    case 'Export':
      return (await loaders.exportJobByKey.load(key))?.datasetId ?? null;
    case 'PseudoCluster':
      return (await loaders.categorizationByKey.load({ uuid: key.categorization }))?.datasetId ?? null;
    case 'DetectionRun':
      return (await loaders.runByKey.load(key))?.datasetId ?? null;
    case 'Detection':
      return (await loaders.runByKey.load({ uuid: key.run }))?.datasetId ?? null;
    case 'Evaluation':
      return ofRun((await loaders.evaluationByKey.load(key))?.runId);
    case 'DetectionReview': {
      const review = await loaders.reviewByKey.load(key);
      return ofRun((review && (await loaders.detection.load(review.detectionId)))?.runId);
    }
    default:
      return null;
  }
}
