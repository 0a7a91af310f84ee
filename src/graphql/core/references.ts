/**
 * The rule: an object that a filter or an argument names by its own name or id (a data set, a detector, any global
 * id) must exist, otherwise the error is NOT_FOUND with the known names; an attribute without matching rows (an
 * index, a file name, the name of the listed object itself) gives an empty list. It is enforced here for all fields
 * of the schema, because a misspelt filter would look like a result: "0 lesions".
 */
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import { expectTermsAccepted } from '../../access';
import { unknownDataset } from '../../dataset';
import { NotFound } from '../../errors';
import { parseGlobalId } from '../../globalId';
import { unknownDetector } from '../../models';
import type { GraphContext, ReadContext } from './context';
import { Selection } from './lookAhead';
import { findNode } from './nodes';
import { refuseUnaccepted } from './termsOfIds';

/** A named object, and the argument that names it. */
interface Reference {
  argument: string;
  value: string;
  kind: 'dataset' | 'detector' | 'id';
  /** of a detector */
  version?: string;
}

/** The look-ups themselves return null if the object does not exist, and the baseline is one of their ids. */
const LOOK_UPS = new Set(['baseline', 'id', 'ids']);

/** Makes every field of a schema that takes references check them. @returns the same schema */
export function checkReferences(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    // A subscription checks them once, before its first event; its field is resolved for each.
    if (!isObjectType(type) || type.name.startsWith('__') || type === schema.getSubscriptionType()) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      const args = field.args.filter((argument) => mayRefer(argument));
      if (!resolve || args.length === 0) continue;
      const answerChecked = type === schema.getMutationType() ? checkedFirst : checkedMeanwhile;
      // No promise where nothing is named: `Lesion.pseudoCluster` is resolved for each lesion of a page.
      field.resolve = (source, values, context: GraphContext, info) => {
        const references = args.flatMap((argument) => referencesOf(argument, values[argument.name]));
        const answer = () => resolve(source, values, context, info);
        return references.length === 0 ? answer() : answerChecked(references, context, answer);
      };
    }
  }
  return schema;
}

async function checkedFirst(
  references: readonly Reference[],
  context: GraphContext,
  answer: () => unknown,
): Promise<unknown> {
  await checkAll(references, context);
  return answer();
}

/** In parallel, so that a page with a filter does not take longer than one without. */
async function checkedMeanwhile(
  references: readonly Reference[],
  context: GraphContext,
  answer: () => unknown,
): Promise<unknown> {
  const [checked, answered] = await Promise.allSettled([checkAll(references, context), (async () => answer())()]);
  // An error of the field itself is more specific.
  if (answered.status === 'rejected') throw answered.reason;
  if (checked.status === 'rejected') throw checked.reason;
  return answered.value;
}

const isFilter = (type: GraphQLInputType): boolean => getNamedType(type).name.endsWith('Filter');

/** A filter, or an input with one inside, such as a stratum. */
function holdsFilter(type: GraphQLInputType): boolean {
  const inner = getNamedType(type);
  if (isFilter(inner)) return true;
  return isInputObjectType(inner) && Object.values(inner.getFields()).some((field) => holdsFilter(field.type));
}

function mayRefer({ name, type }: GraphQLArgument): boolean {
  const inner = getNamedType(type);
  if (isFilter(type)) return true;
  if (isInputObjectType(inner)) return Object.values(inner.getFields()).some((field) => holdsFilter(field.type));
  return name === 'dataset' || (inner.name === 'ID' && !LOOK_UPS.has(name));
}

/**
 * @param value coerced @returns the references of an argument; for inputs of mutations only those of their filters,
 *   because the mutations check the others
 */
function referencesOf({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>, value: unknown): Reference[] {
  if (value === null || value === undefined) return [];
  const inner = getNullableType(type);
  if (isListType(inner))
    return (Array.isArray(value) ? value : [value]).flatMap((item) => referencesOf({ name, type: inner.ofType }, item));
  if (!isInputObjectType(inner)) return ownReference(name, inner.name, value);
  const values = value as Readonly<Record<string, unknown>>;
  const wanted = Object.values(inner.getFields()).filter((field) => isFilter(inner) || holdsFilter(field.type));
  return wanted.flatMap((field) => memberReferences(inner.name, field, values));
}

function memberReferences(
  filter: string,
  field: GraphQLInputField,
  values: Readonly<Record<string, unknown>>,
): Reference[] {
  const value = values[field.name];
  if (field.name !== 'detector' || typeof value !== 'string' || filter === 'DetectorFilter')
    return referencesOf(field, value);
  const { detectorVersion } = values;
  const version = typeof detectorVersion === 'string' ? detectorVersion : undefined;
  return [{ argument: field.name, value, kind: 'detector', version }];
}

function ownReference(argument: string, type: string, value: unknown): Reference[] {
  if (typeof value !== 'string') return [];
  if (argument === 'dataset') return [{ argument, value, kind: 'dataset' }];
  return type === 'ID' ? [{ argument, value, kind: 'id' }] : [];
}

/** Checks the references of an argument that was read outside of a field. @throws NotFound naming the argument */
export function checkReferencesOf(
  argument: Pick<GraphQLArgument, 'name' | 'type'>,
  value: unknown,
  context: ReadContext,
): Promise<void> {
  return checkAll(referencesOf(argument, value), context);
}

async function checkAll(references: readonly Reference[], context: ReadContext): Promise<void> {
  await Promise.all(references.map((reference) => check(reference, context)));
}

/** @throws NotFound naming the argument and the known names */
async function check({ argument, value, kind, version }: Reference, context: ReadContext): Promise<void> {
  const { database, loaders, services, caller } = context;
  if (kind === 'dataset') {
    if (!(await loaders.datasetByReference.load(value))) throw await unknownDataset(database, value, argument);
    await expectTermsAccepted(services.database, caller, value, argument);
  } else if (kind === 'detector') {
    if (!(await loaders.detectorByName(version).load(value)))
      throw await unknownDetector(database, value, version, argument);
  } else {
    const parsed = parseGlobalId(value);
    // A value that is not a global id is refused by the resolver.
    if (parsed && !(await findNode(context, parsed, Selection.none()))) {
      await refuseUnaccepted(context, parsed, argument);
      throw new NotFound(
        `There is no ${parsed.type} with the id in ${argument}: take an id from a recent response.`,
        argument,
      );
    }
  }
}
