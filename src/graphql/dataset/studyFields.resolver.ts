import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { BookmarkedImage } from './bookmarkedImage';
import { Patient } from './patient';
import { Series } from './series';
import { Study } from './study';

@Resolver(() => Study)
export class StudyFieldsResolver {
  @FieldResolver(() => Patient, { description: 'The patient who was examined.' })
  patient(@Root() { row }: Study, @Ctx() { loaders }: GraphContext) {
    if (row.patient) return new Patient(row.patient);
    return loaders.patient.load(row.patientId).then((patient) => new Patient(present(patient)));
  }

  @FieldResolver(() => [Series], {
    description: 'Its series with bookmarked images, in the order of their index.',
  })
  async series(@Root() { row }: Study, @Ctx() { loaders }: GraphContext) {
    const series = await loaders.seriesOfStudy.load(row.id);
    return series.map((one) => new Series(one));
  }

  @FieldResolver(() => [BookmarkedImage], {
    description: 'Its bookmarked images, by series and slice: 3 on average in DeepLesion.',
  })
  images(@Root() { row }: Study, @Ctx() { loaders }: GraphContext) {
    if (row.images) return row.images.map((image) => new BookmarkedImage(image));
    return loaders.imagesOfStudy
      .load(row.id)
      .then((images) => images.map((image) => new BookmarkedImage({ ...image, study: row })));
  }
}
