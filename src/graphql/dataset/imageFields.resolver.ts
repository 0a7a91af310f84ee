import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';
import { imageKey } from '../../dataset';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { BookmarkedImage } from './bookmarkedImage';
import { Dataset } from './dataset';
import { hasPixelsNow } from './hasPixelsNow';
import { EXPIRES_IN_DESCRIPTION, imageUrl, SCORE_THRESHOLD_DESCRIPTION, signedUrl, TOP_DESCRIPTION } from './imageUrl';
import { Lesion } from './lesion';
import { Series } from './series';
import { Study } from './study';

@Resolver(() => BookmarkedImage)
export class ImageFieldsResolver {
  @FieldResolver(() => Study, { description: 'The study to which it belongs.' })
  study(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    if (row.study) return new Study(row.study);
    return loaders.study.load(row.studyId).then((study) => new Study(present(study)));
  }

  @FieldResolver(() => Series, { description: 'The series of which it is a slice.' })
  series(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    if (row.series) return new Series(row.series);
    return loaders.series.load(row.seriesId).then((series) => new Series(present(series)));
  }

  @FieldResolver(() => [Lesion], {
    description: 'The lesions measured on it, in the order of the source rows: 1 to 3 in DeepLesion.',
  })
  lesions(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    if (row.lesions) return row.lesions.map((lesion) => new Lesion(lesion));
    return loaders.lesionsOfImage.load(row.id).then((lesions) => lesions.map((lesion) => new Lesion(lesion)));
  }

  @FieldResolver(() => Dataset, { description: 'The data set version to which it belongs.' })
  async dataset(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => Boolean, {
    description:
      'Whether a picture is available: its pixel file was present at the time of the import, and this ' +
      'server can currently reach the image folder of the data set. The individual file is not checked.',
  })
  hasPixels(@Root() { row }: BookmarkedImage, @Ctx() { loaders }: GraphContext) {
    return hasPixelsNow(row, loaders);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'URL of its picture as PNG: absolute if the server knows the address by which it was reached, ' +
      'otherwise a path. Null if `hasPixels` is false.',
  })
  async url(
    @Arg('window', () => String, {
      nullable: true,
      description:
        'Hounsfield window in the form of DICOMweb, `CENTER,WIDTH,FUNCTION` in HU, or the name of a ' +
        'preset; the default window of the image if omitted.',
    })
    window: string | null | undefined,
    @Arg('overlay', () => String, {
      nullable: true,
      description:
        'The overlay to draw: `lesions`, `detections:RUN` with the id of a detection run, or both separated by a comma. ' +
        '`outcomes:EVALUATION` with the id of an evaluation draws hits, duplicates, localization errors, background and ' +
        'missed lesions in colours and line styles of their own.',
    })
    overlay: string | null | undefined,
    @Arg('size', () => Int, {
      nullable: true,
      description: 'Longest side of the picture in pixels, 1 to 2048; the size of the source if omitted.',
    })
    size: number | null | undefined,
    @Arg('scoreThreshold', () => Float, { nullable: true, description: SCORE_THRESHOLD_DESCRIPTION })
    scoreThreshold: number | null | undefined,
    @Arg('top', () => Int, { nullable: true, description: TOP_DESCRIPTION })
    top: number | null | undefined,
    @Arg('iouThreshold', () => Float, {
      nullable: true,
      description: 'Overlap threshold of a hit in `outcomes:EVALUATION`, any above 0 and below 1; 0.5 if omitted.',
    })
    iouThreshold: number | null | undefined,
    @Arg('expiresIn', () => Int, { nullable: true, description: EXPIRES_IN_DESCRIPTION })
    expiresIn: number | null | undefined,
    @Root() { row }: BookmarkedImage,
    @Ctx() context: GraphContext,
  ) {
    const detections = { scoreThreshold, top };
    // Invalid arguments are refused even for an image without pixels.
    const url = imageUrl(imageKey(row), { window, overlay, size, detections, iouThreshold }, context.origin);
    const signed = signedUrl(url, expiresIn, context);
    return (await hasPixelsNow(row, context.loaders)) ? signed : null;
  }
}
