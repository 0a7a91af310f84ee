import { ArgsType, Field, InputType } from 'type-graphql';
import type { ImageOrderField } from '../../dataset';
import { SortDirection } from '../core/enums';
import { PageArgs } from '../core/pageArgs';
import { BookmarkedImageFilter } from './bookmarkedImageFilter';
import { ImageOrderFieldEnum } from './enums';

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
