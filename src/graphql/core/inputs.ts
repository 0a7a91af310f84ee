/** Input types that are checked against the type of the room that receives them. */
import { Field, InputType } from 'type-graphql';

/** The fields of a type, including those of only some members of a union. */
type FieldsOf<Type> = Type extends unknown ? keyof Type : never;

/** Accepts any input that has only known fields; otherwise the compiler's message names the unknown ones. */
type OnlyKnown<Input, Known> = [Exclude<keyof Input, Known>] extends [never]
  ? unknown
  : { readonly fieldsThatTheRoomLacks: Exclude<keyof Input, Known> };

/** The decorator of an input type whose fields are known. */
type Tie<Known> = <Input extends object>(target: (abstract new () => Input) & OnlyKnown<Input, Known>) => void;

/**
 * Declares an input type that becomes a `Request` of a room. Resolvers pass the remaining fields of an input
 * (`...rest`), so that a field unknown to the room would be dropped silently; this makes it a type error.
 *
 * `Extra` are fields that the resolver reads itself, e.g. the id of the object of the request.
 */
export function InputOf<Request = Record<never, never>, Extra extends string = never>(
  description: string,
): Tie<FieldsOf<Request> | Extra> {
  return (target) => InputType({ description })(target);
}

/** A filter that combines others of its own type; `FilterOf` declares its classes and publishes these fields. */
export abstract class CombinedFilter<Self> {
  and?: Self[] | null;

  or?: Self[] | null;

  not?: Self | null;
}

/**
 * Declares a filter that becomes a `Filter` of a room, with `and`, `or` and `not`. A field that is unknown to the
 * room is a type error.
 *
 * @param many the plural of the filtered objects in plain English
 */
export function FilterOf<Filter = Record<never, never>>(many: string): Tie<FieldsOf<Filter>> {
  return (target) => {
    const { prototype } = target;
    const nullable = true;
    Field(() => [target], {
      nullable,
      description: 'All of these filters must match. An empty list matches everything.',
    })(prototype, 'and');
    Field(() => [target], {
      nullable,
      description: 'At least one of these filters must match. An empty list matches nothing.',
    })(prototype, 'or');
    Field(() => target, {
      nullable,
      description: 'This filter must not match. Rows that lack a value that it tests are included.',
    })(prototype, 'not');
    InputType({
      description: `Filter for ${many}: all given fields must match; null is the same as omitting a field.`,
    })(target);
  };
}

/** The nested filters of a filter; each is listed, so that a spread overwrites all earlier ones. */
interface Combined<Filter> {
  and: Filter[] | null | undefined;
  or: Filter[] | null | undefined;
  not: Filter | null | undefined;
}

/** @returns the nested filters of a filter, each converted to the filter of the room */
export function combined<Filter, RoomFilter>(
  { and, or, not }: CombinedFilter<Filter>,
  convert: (filter: Filter) => RoomFilter,
): Combined<RoomFilter> {
  return { and: and?.map(convert), or: or?.map(convert), not: not && convert(not) };
}
