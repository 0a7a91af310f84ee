import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  parse,
  validate,
} from 'graphql';
import { createRandom, type Random } from './random';

/** What generated operations are made of. */
export interface OperationsOptions {
  /** fields of Query that are asked for; all where it is left out */
  roots?: readonly string[];
  /** values of scalars, and of arguments and input fields by name, which go first */
  values: Readonly<Record<string, readonly unknown[]>>;
  /** whether a field may be selected; all where it is left out */
  isAsked?: (type: string, field: string) => boolean;
  /** selections of an operation, about */
  size?: number;
}

/** An operation with the variables of three requests. */
export interface GeneratedOperation {
  source: string;
  variables: Record<string, unknown>[];
}

interface VariableUse {
  type: GraphQLInputType;
  text: string;
  fallback: { value: unknown } | undefined;
}

const CONDITIONS = ['Boolean!', 'Boolean! = true', 'Boolean = false'] as const;

/**
 * @returns a valid query over a schema, the same for the same seed: fragments of every kind, conditions everywhere,
 * shared keys, all kinds of variables
 */
export function generateOperation(schema: GraphQLSchema, seed: number, options: OperationsOptions): GeneratedOperation {
  const random = createRandom(seed);
  for (let attempt = 0; attempt < 200; attempt++) {
    const made = new Generator(schema, random, options).operation();
    if (validate(schema, parse(made.source)).length === 0) return made;
  }
  throw new Error(`No valid operation came of seed ${seed}.`);
}

class Generator {
  private readonly variables = new Map<string, VariableUse>();
  private readonly fragments: { name: string; type: GraphQLCompositeType; text: string }[] = [];
  private readonly argumentTexts = new Map<string, string>();
  private budget: number;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly options: OperationsOptions,
  ) {
    this.budget = random.integer(3, options.size ?? 30);
  }

  operation(): GeneratedOperation {
    const body = this.set(this.schema.getQueryType()!, 5, this.options.roots);
    const definitions = [...this.variables].map(
      ([name, { text, fallback, type }]) => `$${name}: ${text}${fallback ? ` = ${print(fallback.value, type)}` : ''}`,
    );
    const head = definitions.length > 0 ? `query Q(${definitions.join(', ')})` : 'query Q';
    const fragments = this.fragments.map(({ name, type, text }) => `fragment ${name} on ${type.name} ${text}`);
    return {
      source: [`${head} ${body}`, ...fragments].join('\n'),
      variables: [this.values(), this.values(), this.values()],
    };
  }

  /** Variables of one request: given, left out, null, and now and then wrong. */
  private values(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const [name, { type, fallback }] of this.variables) {
      const nullable = !isNonNullType(type);
      if ((nullable || fallback) && this.random.chance(0.25)) continue;
      if (nullable && this.random.chance(0.1)) values[name] = null;
      else if (this.random.chance(0.02)) values[name] = { wrong: true };
      else values[name] = this.constant(type, name, 2);
    }
    return values;
  }

  private set(type: GraphQLCompositeType, depth: number, only?: readonly string[]): string {
    const count = this.random.integer(1, 4);
    const selections = Array.from({ length: count }, () => this.selection(type, depth, only));
    return `{ ${selections.join(' ')} }`;
  }

  private selection(type: GraphQLCompositeType, depth: number, only?: readonly string[]): string {
    this.budget--;
    const kind = this.random.next();
    if (depth > 0 && this.budget > 0 && kind < 0.15) {
      const condition = this.random.chance(0.3) ? undefined : this.overlapping(type);
      const on = condition ? `on ${condition.name} ` : '';
      return `... ${on}${this.directives()}${this.set(condition ?? type, depth - 1, only)}`;
    }
    if (depth > 0 && this.budget > 0 && kind < 0.4)
      return `...${this.fragment(type, depth, only)} ${this.directives()}`;
    return this.field(type, depth, only);
  }

  /** A fragment that fits: one that is there already more often than not. */
  private fragment(type: GraphQLCompositeType, depth: number, only?: readonly string[]): string {
    const known = this.fragments.filter((fragment) => this.overlap(fragment.type, type));
    if (known.length > 0 && this.random.chance(0.6)) return this.random.pick(known).name;
    const on = this.overlapping(type);
    const text = this.set(on, depth - 1, only);
    const name = `F${this.fragments.length}`;
    this.fragments.push({ name, type: on, text });
    return name;
  }

  private field(type: GraphQLCompositeType, depth: number, only?: readonly string[]): string {
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const asked =
      type === this.schema.getQueryType() && only ? fields.filter(({ name }) => only.includes(name)) : fields;
    const { isAsked } = this.options;
    const possible = asked.filter(
      (field) =>
        ((depth > 0 && this.budget > 0) || !isCompositeType(getNamedType(field.type))) &&
        (isAsked?.(type.name, field.name) ?? true),
    );
    if (possible.length === 0 || this.random.chance(0.08)) return `${this.random.pick(['', 'kind: '])}__typename`;
    const field = this.random.pick(possible);
    const variant =
      field.args.length > 0 ? this.random.pick(['', '', '2', '_b']) : this.random.pick(['', '', '', '_c']);
    const alias = variant ? `${field.name}${variant}: ` : '';
    const inner = getNamedType(field.type);
    const below = isCompositeType(inner) ? this.set(inner, depth - 1) : '';
    return `${alias}${field.name}${this.argumentsOf(field, variant)} ${this.directives()}${below}`;
  }

  /** The same key has the same arguments wherever it stands, so that fields merge. */
  private argumentsOf(field: GraphQLField<unknown, unknown>, variant: string): string {
    const key = [field.name, variant, ...field.args.map(({ name, type }) => `${name}: ${type}`)].join(' ');
    const known = this.argumentTexts.get(key);
    if (known !== undefined) return known;
    const given = field.args.filter((argument) => isRequired(argument) || this.random.chance(0.35));
    const texts = given.map((argument) => `${argument.name}: ${this.value(argument.type, argument.name, 2)}`);
    const text = texts.length > 0 ? `(${texts.join(', ')})` : '';
    this.argumentTexts.set(key, text);
    return text;
  }

  private directives(): string {
    const one = (name: string): string => `@${name}(if: ${this.condition()}) `;
    const kind = this.random.next();
    if (kind < 0.65) return '';
    if (kind < 0.8) return one('include');
    return kind < 0.95 ? one('skip') : one('skip') + one('include');
  }

  private condition(): string {
    if (this.random.chance(0.15)) return String(this.random.chance(0.5));
    const index = this.random.integer(0, CONDITIONS.length - 1);
    const [text = '', fallback] = CONDITIONS[index]!.split(' = ');
    const named = this.schema.getType('Boolean') as GraphQLInputType & GraphQLNamedType;
    const name = `c${index}`;
    // Null is an error for a nullable one, so it is met through the values of the arguments only now and then.
    const type = text === 'Boolean' ? named : (nonNullBoolean(this.schema) ?? named);
    this.variables.set(name, {
      type,
      text,
      fallback: fallback === undefined ? undefined : { value: fallback === 'true' },
    });
    return `$${name}`;
  }

  private value(type: GraphQLInputType, name: string, depth: number): string {
    if (this.random.chance(0.4)) return this.variable(type, name);
    const inner = getNullableType(type);
    if (inner === type && this.random.chance(0.1)) return 'null';
    if (isListType(inner)) {
      if (this.random.chance(0.2)) return this.value(inner.ofType, name, depth);
      return `[${Array.from({ length: this.random.integer(0, 3) }, () => this.value(inner.ofType, name, depth)).join(', ')}]`;
    }
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter(
        (field) => isNonNullType(field.type) || this.random.chance(depth > 0 ? 3 / 8 : 0.1),
      );
      const inputOf = ({ type, name }: (typeof fields)[number]): string =>
        depth > 0 ? this.value(type, name, depth - 1) : print(this.constant(type, name, 0), type);
      return `{ ${fields.map((field) => `${field.name}: ${inputOf(field)}`).join(', ')} }`;
    }
    return print(this.constant(type, name, depth), type);
  }

  private variable(type: GraphQLInputType, hint: string): string {
    const text = String(type);
    const fitting = [...this.variables].filter(([, known]) => known.text === text);
    if (fitting.length > 0 && this.random.chance(0.5)) return `$${this.random.pick(fitting)[0]}`;
    const name = `${hint}${this.variables.size}`;
    const fallback = this.random.chance(0.3) ? { value: this.constant(type, hint, 1) } : undefined;
    this.variables.set(name, { type, text, fallback });
    return `$${name}`;
  }

  /** A value of a type as JSON has it. @param name of the argument, field or variable that it is for */
  private constant(type: GraphQLInputType, name: string, depth: number): unknown {
    const inner = getNullableType(type);
    if (inner === type && this.random.chance(0.1)) return null;
    if (isListType(inner)) {
      if (this.random.chance(0.15)) return this.constant(inner.ofType, name, depth);
      return Array.from({ length: this.random.integer(0, 3) }, () => this.constant(inner.ofType, name, depth));
    }
    if (isEnumType(inner)) return this.random.pick(inner.getValues()).name;
    if (isInputObjectType(inner)) {
      const fields = Object.values(inner.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth > 0 && this.random.chance(0.3)),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.constant(field.type, field.name, depth - 1)]));
    }
    const { values } = this.options;
    const known = values[name.replace(/\d+$/, '')];
    return this.random.pick(known && this.random.chance(0.8) ? known : (values[inner.name] ?? [null]));
  }

  private overlapping(type: GraphQLCompositeType): GraphQLCompositeType {
    const all = Object.values(this.schema.getTypeMap()).filter(isCompositeType);
    return this.random.pick(all.filter((other) => this.overlap(other, type)));
  }

  private overlap(one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
    const typesOf = (type: GraphQLCompositeType) =>
      isAbstractType(type) ? this.schema.getPossibleTypes(type) : [type];
    return typesOf(one).some((type) => typesOf(other).includes(type));
  }
}

const isRequired = ({ type, defaultValue }: GraphQLArgument): boolean =>
  isNonNullType(type) && defaultValue === undefined;

function nonNullBoolean(schema: GraphQLSchema): GraphQLInputType | undefined {
  return schema.getDirective('skip')?.args.find(({ name }) => name === 'if')?.type;
}

/** Writes a value of JSON as a literal of a type. */
function print(value: unknown, type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (value === null) return 'null';
  if (isListType(inner))
    return Array.isArray(value)
      ? `[${value.map((item) => print(item, inner.ofType)).join(', ')}]`
      : print(value, inner.ofType);
  if (isEnumType(inner)) return String(value);
  if (!isInputObjectType(inner)) return JSON.stringify(value);
  const fields = inner.getFields();
  return `{ ${Object.entries(value as object)
    .map(([name, item]) => `${name}: ${print(item, fields[name]!.type)}`)
    .join(', ')} }`;
}
