import { Field } from 'type-graphql';

/** A function that answers the type of a field, as type-graphql takes it. */
type TypeFunction = Parameters<typeof Field>[0] & (() => unknown);

/**
 * A field that is a plain property or getter of its object. type-graphql would wrap getters in a resolver of its own; without one the
 * executor reads the property itself, which is what makes pages of many objects cheap.
 *
 * @param description what it is, with unit and source
 */
export function Property(
  type: TypeFunction,
  description: string,
  options: { nullable?: boolean; deprecationReason?: string } = {},
) {
  return (prototype: object, name: string | symbol): void => {
    Field(type, { description, simple: true, ...options })(prototype, name);
  };
}
