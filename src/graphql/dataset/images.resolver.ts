import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, Info, Query, Resolver } from 'type-graphql';
import { findImageByFileName, imageListing } from '../../dataset';
import { connect, selectionOfNodes } from '../core/connect';
import type { GraphContext } from '../core/context';
import { Selection } from '../core/lookAhead';
import { named } from '../core/naming';
import { BookmarkedImage, BookmarkedImageConnection } from './bookmarkedImage';
import { toBookmarkedImageFilter } from './bookmarkedImageFilter';
import { contentsOfImages, parentsOfImages } from './embedding';
import { BookmarkedImageListArgs } from './listArgs';

@Resolver()
export class ImagesResolver {
  @Query(() => BookmarkedImageConnection, {
    description: 'Bookmarked images; those of the latest version of every data set unless the filter names a data set.',
  })
  bookmarkedImages(
    @Args(() => BookmarkedImageListArgs) args: BookmarkedImageListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const nodes = selectionOfNodes(info);
    const company = { ...parentsOfImages(nodes), ...contentsOfImages(nodes) };
    return connect(BookmarkedImageConnection, context, info, {
      type: 'BookmarkedImage',
      args,
      listing: () => imageListing(toBookmarkedImageFilter(args.filter ?? {}), args.orderBy ?? [], company),
      toNode: (row) => new BookmarkedImage(row),
    });
  }

  @Query(() => BookmarkedImage, {
    nullable: true,
    description: 'Finds one bookmarked image by its file name; null if there is none.',
  })
  async bookmarkedImage(
    @Arg('dataset', () => String, { description: 'The data set: `slug` or `slug@version`.' }) dataset: string,
    @Arg('fileName', () => String, { description: 'File name in the source, e.g. `000001_01_01_109.png`.' })
    fileName: string,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const parents = parentsOfImages(Selection.of(info));
    const row = await named(context, await findImageByFileName(context.database, dataset, fileName, parents));
    return row && new BookmarkedImage(row);
  }
}
