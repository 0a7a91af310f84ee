import { Arg, Ctx, FieldResolver, Float, ID, Int, Resolver, Root } from 'type-graphql';
import { imageKey, lesionKey, windowOfCoarseType } from '../../dataset';
import { keyOf } from '../../globalId';
import { PseudoCluster } from '../categorization/pseudoCluster';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { BookmarkedImage } from './bookmarkedImage';
import { Dataset } from './dataset';
import { hasPixelsNow } from './hasPixelsNow';
import { EXPIRES_IN_DESCRIPTION, imageUrl, signedUrl } from './imageUrl';
import { Lesion } from './lesion';
import { Patient } from './patient';

/** Of a close-up; 15 mm show what a lesion lies in. */
const DEFAULT_MARGIN_MM = 15;

@Resolver(() => Lesion)
export class LesionFieldsResolver {
  @FieldResolver(() => BookmarkedImage, { description: 'The image on which it was measured.' })
  image(@Root() { row }: Lesion, @Ctx() { loaders }: GraphContext) {
    if (row.image) return new BookmarkedImage(row.image);
    return loaders
      .image()
      .load(row.imageId)
      .then((image) => new BookmarkedImage(present(image)));
  }

  @FieldResolver(() => Patient, { description: 'The patient who has the lesion.' })
  patient(@Root() { row }: Lesion, @Ctx() { loaders }: GraphContext) {
    if (row.patient) return new Patient(row.patient);
    return loaders.patient.load(row.patientId).then((patient) => new Patient(present(patient)));
  }

  @FieldResolver(() => Dataset, { description: 'The data set version to which it belongs.' })
  async dataset(@Root() { row }: Lesion, @Ctx() { loaders }: GraphContext) {
    return new Dataset(present(await loaders.dataset.load(row.datasetId)));
  }

  @FieldResolver(() => PseudoCluster, {
    nullable: true,
    description: 'The pseudo-cluster to which a categorization assigned it. Null if it has not been assigned.',
  })
  pseudoCluster(
    @Arg('categorization', () => ID, {
      nullable: true,
      description: 'Global id of the categorization; the newest one that assigns the lesion if omitted.',
    })
    categorization: string | null | undefined,
    @Root() { row }: Lesion,
    @Ctx() { loaders }: GraphContext,
  ) {
    const key = categorization == null ? null : keyOf(categorization, 'Categorization', 'categorization');
    return loaders
      .clusterOfLesion(key)
      .load(row.id)
      .then((found) => found && new PseudoCluster(found.cluster));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'URL of a close-up of the lesion as PNG: the square around its box with a margin. Null if `hasPixels` of its ' +
      'image is false.',
  })
  async url(
    @Arg('size', () => Int, {
      nullable: true,
      description: 'Side of the picture in pixels, 1 to 2048; one per pixel of the source if omitted.',
    })
    size: number | null | undefined,
    @Arg('marginMm', () => Float, {
      nullable: true,
      defaultValue: DEFAULT_MARGIN_MM,
      description: 'Margin around the box in mm, 0 to 500.',
    })
    marginMm: number | null,
    @Arg('window', () => String, {
      nullable: true,
      description:
        'Hounsfield window as for `BookmarkedImage.url`. If omitted, a window in which such a lesion is seen, by its ' +
        'coarse type: the preset `lung`, `bone`, `mediastinum`, `liver` or `soft-tissue` for a lesion of that type, ' +
        '`abdomen` for ABDOMEN, KIDNEY and PELVIS. If the type is UNKNOWN, the first window of the image, which ' +
        'the source chose for the whole slice: a lesion of the lung may be black in it.',
    })
    window: string | null | undefined,
    @Arg('overlay', () => String, { nullable: true, description: 'The overlay to draw, as for `BookmarkedImage.url`.' })
    overlay: string | null | undefined,
    @Arg('expiresIn', () => Int, { nullable: true, description: EXPIRES_IN_DESCRIPTION })
    expiresIn: number | null | undefined,
    @Root() { row }: Lesion,
    @Ctx() context: GraphContext,
  ) {
    const { loaders, origin } = context;
    const image = row.image ?? present(await loaders.image().load(row.imageId));
    const crop = { lesion: lesionKey(row), marginMm: marginMm ?? DEFAULT_MARGIN_MM };
    const shown = window ?? windowOfCoarseType(row.coarseType);
    // Invalid arguments are refused even for an image without pixels.
    const url = imageUrl(imageKey(image), { window: shown, overlay, size, crop }, origin);
    const signed = signedUrl(url, expiresIn, context);
    return (await hasPixelsNow(image, loaders)) ? signed : null;
  }
}
