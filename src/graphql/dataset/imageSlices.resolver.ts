import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { imageKey } from '../../dataset';
import { MAX_NEIGHBOUR_OFFSET } from '../../imaging';
import type { GraphContext } from '../core/context';
import { declareList } from '../core/listBounds';
import { BookmarkedImage } from './bookmarkedImage';
import { hasPixelsNow } from './hasPixelsNow';
import { hounsfieldUrl } from './imageUrl';
import { NeighbourSlice } from './neighbourSlice';

declareList('BookmarkedImage.slices', {
  most: 2 * MAX_NEIGHBOUR_OFFSET + 1,
  usual: 30,
  because: 'At most 50 slices on each side of the key slice are looked for.',
});

/** The pixels around a bookmarked image, for viewers. */
@Resolver(() => BookmarkedImage)
export class ImageSlicesResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'URL of its Hounsfield units, for viewers that apply the window themselves: Int16 little-endian, row by row ' +
      '(height × width), with the headers `X-Image-Width`, `X-Image-Height`, `X-Slice-Index` and, if the slice ' +
      'interval is known, `X-Slice-Offset-Mm`. `?slice=-1` requests a neighbouring slice. Null if `hasPixels` is ' +
      'false.',
  })
  async huUrl(@Root() { row }: BookmarkedImage, @Ctx() { loaders, origin }: GraphContext) {
    return (await hasPixelsNow(row, loaders)) ? hounsfieldUrl(imageKey(row), 0, origin) : null;
  }

  @FieldResolver(() => [NeighbourSlice], {
    description:
      'The slices of its series that are on this server around the key slice, in the order of their index, with the ' +
      'key slice itself (offset 0): as far as they are there without a gap, and at most 50 on each side. Empty if ' +
      '`hasPixels` is false. The server checks file by file, so that the field counts as 200 fields in addition to ' +
      'those of its slices.',
  })
  async slices(@Root() { row }: BookmarkedImage, @Ctx() { loaders, origin }: GraphContext) {
    if (!(await hasPixelsNow(row, loaders))) return [];
    const reach = await loaders.sliceReachOfImage.load(row.id);
    if (!reach) return [];
    return Array.from({ length: reach.last - reach.first + 1 }, (_, index) => {
      return new NeighbourSlice(row, reach.first + index, origin);
    });
  }
}
