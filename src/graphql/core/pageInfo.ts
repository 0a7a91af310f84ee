import { Field, ObjectType } from 'type-graphql';
import type { ConnectionPage } from './connectionPage';
import { Property } from './property';

@ObjectType({ description: 'Where a page lies in its list (Relay).' })
export class PageInfo {
  constructor(private readonly page: ConnectionPage<unknown>) {}

  @Field(() => Boolean, { description: 'Whether items follow after this page.' })
  hasNextPage(): Promise<boolean> {
    return this.page.hasNext();
  }

  @Field(() => Boolean, { description: 'Whether items come before this page.' })
  hasPreviousPage(): Promise<boolean> {
    return this.page.hasPrevious();
  }

  @Property(() => String, 'Cursor of the first item: pass it as `before`. Null for an empty page.', { nullable: true })
  get startCursor(): string | null {
    return this.page.cursor(0);
  }

  @Property(() => String, 'Cursor of the last item: pass it as `after`. Null for an empty page.', { nullable: true })
  get endCursor(): string | null {
    return this.page.cursor(-1);
  }
}
