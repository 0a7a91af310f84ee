import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { BookmarkedImage } from './bookmarkedImage';
import { Series } from './series';
import { Study } from './study';

@Resolver(() => Series)
export class SeriesFieldsResolver {
  @FieldResolver(() => Study, { description: 'The study to which it belongs.' })
  async study(@Root() { row }: Series, @Ctx() { loaders }: GraphContext) {
    return new Study(present(await loaders.study.load(row.studyId)));
  }

  @FieldResolver(() => [BookmarkedImage], { description: 'Its bookmarked images, in the order of the slices.' })
  async images(@Root() { row }: Series, @Ctx() { loaders }: GraphContext) {
    const images = await loaders.imagesOfSeries.load(row.id);
    return images.map((image) => new BookmarkedImage({ ...image, series: row }));
  }
}
