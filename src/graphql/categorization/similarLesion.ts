import { Float, ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Lesion } from '../dataset/lesion';

@ObjectType({ description: 'A lesion with similar encoder features.' })
export class SimilarLesion {
  constructor(lesion: Lesion, distance: number) {
    this.lesion = lesion;
    this.distance = distance;
  }

  @Property(() => Lesion, 'The other lesion.')
  readonly lesion: Lesion;

  @Property(
    () => Float,
    'Euclidean distance between the feature vectors of the two lesions; comparable only within one categorization.',
  )
  readonly distance: number;
}
