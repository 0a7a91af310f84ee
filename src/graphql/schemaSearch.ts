/** Finds types, fields and arguments of the schema by words, for callers that cannot read all of it. */
import { type GraphQLSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';

/** A part of the schema. */
export interface SchemaMatch {
  /** such as `Lesion`, `Lesion.longDiameterMm` or `CoarseType.LIVER` */
  coordinate: string;
  /** of a field, as the schema has it */
  type?: string;
  /** of a field: name and type of each argument */
  arguments?: Record<string, string>;
  description: string;
}

const searched = new WeakMap<GraphQLSchema, readonly SchemaMatch[]>();

/**
 * @param words all of which a part must have in its coordinate or its description; case does not matter
 * @param limit of the number of matches
 * @returns the matches, those with a word in their coordinate first, and how many there are in all
 */
export function findInSchema(
  schema: GraphQLSchema,
  words: readonly string[],
  limit: number,
): { total: number; matches: SchemaMatch[] } {
  const parts = searched.get(schema) ?? partsOf(schema);
  searched.set(schema, parts);
  const wanted = words.map((word) => word.toLowerCase());
  const found = parts.filter(({ coordinate, description }) => {
    const text = `${coordinate} ${description}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  const rank = ({ coordinate }: SchemaMatch): number =>
    wanted.filter((word) => !coordinate.toLowerCase().includes(word)).length;
  return { total: found.length, matches: found.sort((one, other) => rank(one) - rank(other)).slice(0, limit) };
}

function partsOf(schema: GraphQLSchema): SchemaMatch[] {
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  return types.flatMap((type): SchemaMatch[] => {
    const own = { coordinate: type.name, description: type.description ?? '' };
    if (isEnumType(type))
      return [own, ...type.getValues().map(({ name, description }) => partOf(type.name, name, description))];
    if (isInputObjectType(type))
      return [
        own,
        ...Object.values(type.getFields()).map((field) => ({
          ...partOf(type.name, field.name, field.description),
          type: String(field.type),
        })),
      ];
    if (!isObjectType(type) && !isInterfaceType(type)) return [own];
    const fields = Object.values(type.getFields()).map((field) => ({
      ...partOf(type.name, field.name, field.description),
      type: String(field.type),
      ...(field.args.length > 0 && {
        arguments: Object.fromEntries(field.args.map((one) => [one.name, String(one.type)])),
      }),
    }));
    return [own, ...fields];
  });
}

const partOf = (type: string, name: string, description: string | null | undefined): SchemaMatch => ({
  coordinate: `${type}.${name}`,
  description: description ?? '',
});
