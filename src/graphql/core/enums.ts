/** How enums are declared, and the enums that all domains share. */
import { registerEnumType } from 'type-graphql';

/** Makes a GraphQL enum of a list of values, each of which needs a description. */
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

/** Description of the order field `ID` of a list. */
export const BY_ID = 'The order of insertion, which is stable and the default.';
