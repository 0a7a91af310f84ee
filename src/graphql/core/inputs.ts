/** Input types that are held against the type of the room that they are passed to. */
import { Field, InputType } from 'type-graphql';

/** The fields of a type, also those that only some members of a union have. */
type FieldsOf<Type> = Type extends unknown ? keyof Type : never;

/** Whatever holds if an input has known fields alone; otherwise names the others in the compiler's message. */
type OnlyKnown<Input, Known> = [Exclude<keyof Input, Known>] extends [never]
  ? unknown
  : { readonly fieldsThatTheRoomLacks: Exclude<keyof Input, Known> };

/** The decorator of an input type whose fields are known. */
type Tie<Known> = <Input extends object>(target: (abstract new () => Input) & OnlyKnown<Input, Known>) => void;

/**
 * Declares an input type that becomes a `Request` of a room. Resolvers hand on what is left of an input (`...rest`), so a
 * field that the room does not know would be dropped without a word: here it is a type error.
 *
 * `Extra` are fields that the resolver reads by itself, e.g. the id of what the request is about.
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
 * Declares a filter that becomes a `Filter` of a room, with `and`, `or` and `not`. A field that the room does not know is
 * a type error.
 *
 * @param many the plural of what is filtered, in plain words
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

/** The filters inside a filter; each is named, so that a spread of it leaves none from before. */
interface Combined<Filter> {
  and: Filter[] | null | undefined;
  or: Filter[] | null | undefined;
  not: Filter | null | undefined;
}

/** @returns the filters inside a filter, each as its room takes it */
export function combined<Filter, RoomFilter>(
  { and, or, not }: CombinedFilter<Filter>,
  convert: (filter: Filter) => RoomFilter,
): Combined<RoomFilter> {
  return { and: and?.map(convert), or: or?.map(convert), not: not && convert(not) };
}
