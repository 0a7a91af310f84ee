import { Field, Int, ObjectType } from 'type-graphql';
import type { ReadPage } from './connectionPage';
import { PageInfo } from './pageInfo';
import { Property } from './property';

/** One page of a list, as a class that type-graphql can publish. */
export interface Connection<Node> {
  readonly page: ReadPage<Node>;
}

export type ConnectionClass<Node> = new (page: ReadPage<Node>) => Connection<Node>;

/**
 * Makes the connection and edge types of one node type.
 *
 * @param many the plural in plain English, for the descriptions
 */
export function connectionOf<Node extends object>(
  NodeType: new (...parameters: never[]) => Node,
  name: string,
  many: string,
): ConnectionClass<Node> {
  @ObjectType(`${name}Edge`, { description: `One item of a page of ${many}, with its cursor.` })
  class Edge {
    constructor(
      page: ReadPage<Node>,
      private readonly index: number,
      node: Node,
    ) {
      this.page = page;
      this.node = node;
    }

    private readonly page: ReadPage<Node>;

    @Property(() => NodeType, 'The item.')
    readonly node: Node;

    @Property(() => String, 'Opaque cursor; pass it as `after` or `before` to the same list with the same ordering.')
    get cursor(): string {
      return this.page.cursor(this.index) ?? '';
    }
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${many} (Relay).` })
  class ConnectionType implements Connection<Node> {
    constructor(readonly page: ReadPage<Node>) {}

    @Property(() => [NodeType], 'The items of the page, without cursors.')
    get nodes(): Node[] {
      return this.page.nodes;
    }

    @Property(() => [Edge], 'The items of the page, each with its cursor.')
    get edges(): Edge[] {
      return this.page.nodes.map((node, index) => new Edge(this.page, index, node));
    }

    @Property(() => PageInfo, 'Position of the page in the list.')
    get pageInfo(): PageInfo {
      return new PageInfo(this.page);
    }

    @Field(() => Int, {
      description:
        `Total number of ${many} in the list after filtering, regardless of the page. It is counted only ` +
        'if it is requested.',
    })
    totalCount(): Promise<number> {
      return this.page.count();
    }
  }
  return ConnectionType;
}
