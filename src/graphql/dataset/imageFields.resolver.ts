import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import type { ImageRow } from '../../dataset';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import type { Loaders } from '../core/loaders';
import { BookmarkedImage } from './bookmarkedImage';
import { Dataset } from './dataset';
import { imageUrl, SCORE_THRESHOLD_DESCRIPTION, TOP_DESCRIPTION } from './imageUrl';
import { Lesion } from './lesion';
import { Series } from './series';
import { Study } from './study';

async function hasPixelsNow({ hasPixels, datasetId }: ImageRow, loaders: Loaders): Promise<boolean> {
  return hasPixels && (await loaders.imageRootOfDataset.load(datasetId))?.isThere === true;
}

@Resolver(() => BookmarkedImage)
export class ImageFieldsResolver {
  @FieldResolver(() => Study, { description: 'The examination it comes from.' })
  study(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    if (row.study) return new Study(row.study);
    return loaders.study.load(row.studyId).then((study) => new Study(present(study)));
  }

  @FieldResolver(() => Series, { description: 'The volume it is a slice of.' })
  series(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    if (row.series) return new Series(row.series);
    return loaders.series.load(row.seriesId).then((series) => new Series(present(series)));
  }

  @FieldResolver(() => [Lesion], {
    description: 'The lesions measured on it, in the order of their source rows: 1 to 3 in DeepLesion.',
  })
  lesions(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    if (row.lesions) return row.lesions.map((lesion) => new Lesion(lesion));
    return loaders.lesionsOfImage.load(row.id).then((lesions) => lesions.map((lesion) => new Lesion(lesion)));
  }

  @FieldResolver(() => Dataset, { description: 'The data set version it belongs to.' })
  async dataset(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => Boolean, {
    description:
      "Whether it has a picture: its pixel file was there at the import, and the folder of the data set's images is there now, as this server sees it. Single files are not looked for.",
  })
  hasPixels(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    return hasPixelsNow(row, loaders);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where its picture is, as PNG: absolute where the server knows the address it was reached at, else a path. Null where `hasPixels` is false.',
  })
  async url(
    @Arg('window', () => String, {
      nullable: true,
      description:
        'Hounsfield window as DICOMweb names it, `CENTER,WIDTH,FUNCTION` in HU, or the name of a preset. The default window of the image where it is left out.',
    })
    window: string | null | undefined,
    @Arg('overlay', () => String, {
      nullable: true,
      description:
        'What to draw: `lesions`, `detections:RUN` with the id of a detection run, or both with a comma between.',
    })
    overlay: string | null | undefined,
    @Arg('size', () => Int, {
      nullable: true,
      description: 'Longest side of the picture in pixels; as the source where it is left out.',
    })
    size: number | null | undefined,
    @Arg('scoreThreshold', () => Float, { nullable: true, description: SCORE_THRESHOLD_DESCRIPTION })
    scoreThreshold: number | null | undefined,
    @Arg('top', () => Int, { nullable: true, description: TOP_DESCRIPTION })
    top: number | null | undefined,
    @Root() { row }: BookmarkedImage,
    @Ctx() { loaders, origin }: GraphContext,
  ) {
    const detections = { scoreThreshold, top };
    // What does not fit is refused for an image without pixels too.
    const url = imageUrl(row.id, { window, overlay, size, detections }, origin);
    return (await hasPixelsNow(row, loaders)) ? url : null;
  }
}
