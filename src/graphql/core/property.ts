import { Field } from 'type-graphql';

/** A function that returns the type of a field, as type-graphql expects it. */
type TypeFunction = Parameters<typeof Field>[0] & (() => unknown);

/**
 * A field that is a plain property or getter of its object. type-graphql would wrap a getter in a resolver; without
 * one the executor reads the property directly, which makes pages with many objects fast.
 *
 * @param description its meaning, with unit and source
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

/**
 * A property with the value of the column of the same name of the object's row: `row.NAME`. The field is only
 * declared (`declare readonly NAME: …`), so that nothing is stored in addition to the row. A name that the row lacks,
 * or a type that is narrower than that of the row, is a type error at the decorator.
 *
 * The getter is defined once per class on the prototype, and compiled for its name: getters that are closures over
 * their name share one inline cache of V8, whose misses took 2 % of the processor time of a page with thousands of
 * values (Q1 of bench/graphql).
 *
 * @param description its meaning, with unit and source
 */
export function Column(
  type: TypeFunction,
  description: string,
  options: { nullable?: boolean; deprecationReason?: string } = {},
) {
  return <Name extends keyof Target & string, Target extends { readonly row: { readonly [Key in Name]: Target[Key] } }>(
    prototype: Target,
    name: Name,
  ): void => {
    const get = new Function(`return this.row[${JSON.stringify(name)}];`) as (this: Target) => Target[Name];
    Object.defineProperty(prototype, name, { get, configurable: true });
    Property(type, description, options)(prototype, name);
  };
}
