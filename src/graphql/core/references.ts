/**
 * The rule: what a filter or an argument names by its own name or id (a data set, a detector, anything with a global id) has to be there, else the
 * answer is NOT_FOUND with what is known; an attribute that no row has (an index, a file name, the name of the listed thing itself) leaves an
 * empty list. It is held here for all fields of the schema, because a filter that was misspelt looks like a finding: "0 lesions".
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
import { unknownDataset } from '../../dataset';
import { NotFound } from '../../errors';
import { parseGlobalId } from '../../globalId';
import { unknownDetector } from '../../models';
import type { GraphContext } from './context';
import { Selection } from './lookAhead';
import { findNode } from './nodes';

/** Something that was named, and where. */
interface Reference {
  argument: string;
  value: string;
  kind: 'dataset' | 'detector' | 'id';
  /** of a detector */
  version?: string;
}

/** The look-ups themselves answer null for what is not there. */
const LOOK_UPS = new Set(['id', 'ids']);

/** Lets every field of a schema that takes references check them. @returns the same schema */
export function checkReferences(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      const args = field.args.filter((argument) => mayRefer(argument));
      if (!resolve || args.length === 0) continue;
      const comesFirst = type === schema.getMutationType();
      field.resolve = async (source, values, context: GraphContext, info) => {
        const references = args.flatMap((argument) => referencesOf(argument, values[argument.name]));
        if (references.length === 0) return resolve(source, values, context, info);
        if (comesFirst) {
          await checkAll(references, context);
          return resolve(source, values, context, info);
        }
        // Side by side, so that a page under a filter waits no longer than one without.
        const [checked, answer] = await Promise.allSettled([
          checkAll(references, context),
          (async () => resolve(source, values, context, info))(),
        ]);
        // A field that refuses its arguments knows more of them.
        if (answer.status === 'rejected') throw answer.reason;
        if (checked.status === 'rejected') throw checked.reason;
        return answer.value;
      };
    }
  }
  return schema;
}

const isFilter = (type: GraphQLInputType): boolean => getNamedType(type).name.endsWith('Filter');

function mayRefer({ name, type }: GraphQLArgument): boolean {
  const inner = getNamedType(type);
  if (isFilter(type)) return true;
  if (isInputObjectType(inner)) return Object.values(inner.getFields()).some((field) => isFilter(field.type));
  return name === 'dataset' || (inner.name === 'ID' && !LOOK_UPS.has(name));
}

/** @param value coerced @returns what an argument refers to; inputs of mutations look after all but their filters themselves */
function referencesOf({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>, value: unknown): Reference[] {
  if (value === null || value === undefined) return [];
  const inner = getNullableType(type);
  if (isListType(inner))
    return (Array.isArray(value) ? value : [value]).flatMap((item) => referencesOf({ name, type: inner.ofType }, item));
  if (!isInputObjectType(inner)) return ownReference(name, inner.name, value);
  const values = value as Readonly<Record<string, unknown>>;
  const wanted = Object.values(inner.getFields()).filter((field) => isFilter(inner) || isFilter(field.type));
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

async function checkAll(references: readonly Reference[], context: GraphContext): Promise<void> {
  await Promise.all(references.map((reference) => check(reference, context)));
}

/** @throws NotFound that names the argument and what is known */
async function check({ argument, value, kind, version }: Reference, context: GraphContext): Promise<void> {
  const { database, loaders } = context;
  if (kind === 'dataset') {
    if (!(await loaders.datasetByReference.load(value))) throw await unknownDataset(database, value, argument);
  } else if (kind === 'detector') {
    if (!(await loaders.detectorByName(version).load(value)))
      throw await unknownDetector(database, value, version, argument);
  } else {
    const parsed = parseGlobalId(value);
    // What is no global id at all is the resolver's to refuse.
    if (parsed && !(await findNode(context, parsed, Selection.none())))
      throw new NotFound(
        `There is no ${parsed.type} with the id in ${argument}: take an id from a recent response.`,
        argument,
      );
  }
}
