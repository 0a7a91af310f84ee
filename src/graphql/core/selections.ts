import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** A selection set with the type of its fields. */
export interface TypedSet {
  set: SelectionSetNode;
  type: GraphQLCompositeType;
}

/** The selections of one validated document with the types of a schema. */
export class Selections {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();

  constructor(
    readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
  ) {
    for (const definition of document.definitions)
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
  }

  /** @returns the root selections of an operation; undefined if the document has no such operation */
  ofOperation(operationName: string | undefined): TypedSet | undefined {
    const operation = getOperationAST(this.document, operationName);
    const type = operation && this.schema.getRootType(operation.operation);
    return operation && type ? { set: operation.selectionSet, type } : undefined;
  }

  /**
   * @param type the type on which the selection is made
   * @param actual the type of the object, one of the possible types of `type`
   * @returns the selections of a fragment for such an object; undefined if its type condition does not match
   */
  ofFragment(
    selection: Exclude<SelectionNode, FieldNode>,
    type: GraphQLCompositeType,
    actual: GraphQLObjectType,
  ): TypedSet | undefined {
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
    if (!fragment) return undefined;
    const name = fragment.typeCondition?.name.value;
    const condition = name === undefined ? type : this.schema.getType(name);
    if (!isCompositeType(condition) || !this.isA(actual, condition)) return undefined;
    return { set: fragment.selectionSet, type: condition };
  }

  private isA(actual: GraphQLObjectType, type: GraphQLCompositeType): boolean {
    return isAbstractType(type) ? this.schema.isSubType(type, actual) : type === actual;
  }
}

/** @returns the definition of a field; undefined for `__typename`, `__schema` and `__type` */
export function definitionOf(
  node: FieldNode,
  parent: GraphQLCompositeType,
): GraphQLField<unknown, unknown> | undefined {
  return isUnionType(parent) ? undefined : parent.getFields()[node.name.value];
}
