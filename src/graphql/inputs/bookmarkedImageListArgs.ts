import { ArgsType, Field, InputType } from 'type-graphql';
import type { ImageOrderField } from '../../dataset';
import { ImageOrderFieldEnum, SortDirection } from '../enums';
import { PageArgs } from '../pageArgs';
import { BookmarkedImageFilter } from './bookmarkedImageFilter';

@InputType({ description: 'How bookmarked images are ordered.' })
export class BookmarkedImageOrder {
  @Field(() => ImageOrderFieldEnum, { description: 'The field that is compared.' })
  field!: ImageOrderField;

  @Field(() => SortDirection, { defaultValue: 'ASC', description: 'The direction.' })
  direction!: 'ASC' | 'DESC';
}

/** The arguments of every list of bookmarked images. */
@ArgsType()
export class BookmarkedImageListArgs extends PageArgs {
  @Field(() => BookmarkedImageFilter, { nullable: true, description: 'Which bookmarked images.' })
  filter?: BookmarkedImageFilter | null;

  @Field(() => [BookmarkedImageOrder], {
    nullable: true,
    description: 'The ordering: the first entry weighs most, a single one is fine. Ties are in the order of ids.',
  })
  orderBy?: BookmarkedImageOrder[] | null;
}
