import {
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLResolveInfo,
  getArgumentValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from './conditions';

/** The part of a resolver's info that look-ahead needs; both graphql-js and graphql-jit provide it. */
export type LookAheadInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * The selection below a field. Type conditions are ignored: a field that is selected for one type only counts as
 * selected, which at worst reads an unnecessary row.
 */
export class Selection {
  private constructor(
    private readonly info: LookAheadInfo,
    /** the selected field, once per occurrence (aliases, fragments) */
    readonly fields: readonly FieldNode[],
  ) {}

  static of(info: LookAheadInfo): Selection {
    return new Selection(info, info.fieldNodes);
  }

  /** For a row of which nothing else is needed. */
  static none(): Selection {
    return new Selection({ fieldNodes: [], fragments: {}, variableValues: {} }, []);
  }

  /** @returns the selection below a path of field names; empty if the path is not selected */
  at(...path: string[]): Selection {
    let fields = this.fields;
    for (const name of path) fields = fields.flatMap((field) => this.childrenOf(field, name));
    return new Selection(this.info, fields);
  }

  /** @returns whether one of these fields is directly selected */
  has(...names: string[]): boolean {
    return names.some((name) => this.fields.some((field) => this.childrenOf(field, name).length > 0));
  }

  /** @returns whether one of these fields is selected at any depth */
  mentions(names: ReadonlySet<string>): boolean {
    const spread = new Set<string>();
    const isIn = (set: SelectionSetNode | undefined): boolean =>
      set?.selections.some((selection) => {
        if (!isIncluded(selection, this.info.variableValues)) return false;
        if (selection.kind === Kind.FIELD) return names.has(selection.name.value) || isIn(selection.selectionSet);
        if (selection.kind === Kind.INLINE_FRAGMENT) return isIn(selection.selectionSet);
        if (spread.has(selection.name.value)) return false;
        spread.add(selection.name.value);
        return isIn(this.info.fragments[selection.name.value]?.selectionSet);
      }) ?? false;
    return this.fields.some((field) => isIn(field.selectionSet));
  }

  /** The union of both selections, e.g. of the nodes of a page and those of its edges. */
  and(other: Selection): Selection {
    return new Selection(this.info, [...this.fields, ...other.fields]);
  }

  /** @returns the arguments of the selected field, once per occurrence; invalid ones fail at the field itself */
  argumentsOf(definition: GraphQLField<unknown, unknown>): Record<string, unknown>[] {
    return this.fields.flatMap((field) => {
      try {
        return [getArgumentValues(definition, field, this.info.variableValues)];
      } catch (thrown) {
        if (thrown instanceof GraphQLError) return [];
        throw thrown;
      }
    });
  }

  private childrenOf(field: FieldNode, name: string): FieldNode[] {
    const found: FieldNode[] = [];
    const spread = new Set<string>();
    const walk = (selections: readonly SelectionNode[]): void => {
      for (const selection of selections) {
        if (!isIncluded(selection, this.info.variableValues)) continue;
        if (selection.kind === Kind.FIELD) {
          if (selection.name.value === name) found.push(selection);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          walk(selection.selectionSet.selections);
        } else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          walk(this.info.fragments[selection.name.value]?.selectionSet.selections ?? []);
        }
      }
    };
    walk(field.selectionSet?.selections ?? []);
    return found;
  }
}
