/** How enums are declared, and those that every domain uses. */
import { registerEnumType } from 'type-graphql';

/** Makes a GraphQL enum of a vocabulary; each value needs its description. */
export function defineEnum<Value extends string>(
  name: string,
  description: string,
  values: readonly Value[],
  descriptions: Readonly<Record<Value, string>>,
): Record<Value, Value> {
  const enumObject = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  const valuesConfig = Object.fromEntries(values.map((value) => [value, { description: descriptions[value] }]));
  registerEnumType(enumObject, { name, description, valuesConfig: valuesConfig as never });
  return enumObject;
}

export const SortDirection = defineEnum('SortDirection', 'The direction of an ordering.', ['ASC', 'DESC'], {
  ASC: 'Ascending; missing values last.',
  DESC: 'Descending; missing values last.',
});

/** What the order field `ID` of a list means. */
export const BY_ID = 'The order of insertion, which is stable and the default.';
