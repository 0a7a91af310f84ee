import { Float, Int, ObjectType } from 'type-graphql';
import { type ImageRow, imageKey } from '../../dataset';
import { knownInterval } from '../../imaging';
import { detail } from '../core/found';
import { Property } from '../core/property';
import { hounsfieldUrl, imageUrl } from './imageUrl';

@ObjectType({
  description:
    'A slice of the series that is on this server around the key slice of a bookmarked image, or that slice.',
})
export class NeighbourSlice {
  constructor(
    private readonly image: ImageRow,
    offset: number,
    private readonly origin: string | undefined,
  ) {
    this.offset = offset;
  }

  @Property(
    () => Int,
    'Position relative to the key slice, in slices: 0 is the key slice, a positive number a slice with ' +
      'a larger index, which in DeepLesion lies towards the feet. The value of the URL parameter `slice`.',
  )
  readonly offset: number;

  @Property(() => Int, 'Index of the slice within its series: `sliceIndex` of the image + offset.')
  get sliceIndex(): number {
    return this.image.sliceIndex + this.offset;
  }

  @Property(
    () => Float,
    'Distance from the key slice in mm, with the sign of the offset; null if the slice interval is unknown.',
    { nullable: true },
  )
  get offsetMm(): number | null {
    const interval = knownInterval({ sliceIntervalMm: detail(this.image.sliceIntervalMm) });
    return interval === null ? null : this.offset * interval;
  }

  @Property(
    () => String,
    'URL of the slice as PNG through the first window of the image, without overlays; `window`, `size` and `crop` ' +
      'can be appended.',
  )
  get url(): string {
    return imageUrl(imageKey(this.image), { slice: this.offset }, this.origin);
  }

  @Property(() => String, 'URL of its Hounsfield units, as `BookmarkedImage.huUrl` describes them.')
  get huUrl(): string {
    return hounsfieldUrl(imageKey(this.image), this.offset, this.origin);
  }
}
