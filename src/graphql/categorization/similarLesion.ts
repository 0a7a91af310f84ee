import { Float, ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Lesion } from '../dataset/lesion';

@ObjectType({ description: 'A lesion that looks like another one to an encoder.' })
export class SimilarLesion {
  constructor(lesion: Lesion, distance: number) {
    this.lesion = lesion;
    this.distance = distance;
  }

  @Property(() => Lesion, 'The other lesion.')
  readonly lesion: Lesion;

  @Property(
    () => Float,
    "Euclidean distance of the features of both, in the encoder's own units: comparable within one categorization only.",
  )
  readonly distance: number;
}
