import { Arg, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { keyOf } from '../../globalId';
import { PseudoCluster } from '../categorization/pseudoCluster';
import type { GraphContext } from '../core/context';
import { present } from '../core/found';
import { BookmarkedImage } from './bookmarkedImage';
import { Dataset } from './dataset';
import { Lesion } from './lesion';
import { Patient } from './patient';

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
}
