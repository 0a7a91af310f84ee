import { Field, ObjectType } from 'type-graphql';
import type { ReadPage } from './connectionPage';
import { Property } from './property';

@ObjectType({ description: 'Position of a page in its list (Relay).' })
export class PageInfo {
  constructor(private readonly page: ReadPage<unknown>) {}

  @Field(() => Boolean, { description: 'Whether there are items after this page.' })
  hasNextPage(): Promise<boolean> {
    return this.page.hasNext();
  }

  @Field(() => Boolean, { description: 'Whether there are items before this page.' })
  hasPreviousPage(): Promise<boolean> {
    return this.page.hasPrevious();
  }

  @Property(() => String, 'Cursor of the first item, to be passed as `before`. Null for an empty page.', {
    nullable: true,
  })
  get startCursor(): string | null {
    return this.page.cursor(0);
  }

  @Property(() => String, 'Cursor of the last item, to be passed as `after`. Null for an empty page.', {
    nullable: true,
  })
  get endCursor(): string | null {
    return this.page.cursor(-1);
  }
}
