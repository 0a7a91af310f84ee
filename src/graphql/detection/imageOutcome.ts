import { Float, ObjectType } from 'type-graphql';
import type { ImageRow } from '../../dataset';
import type { RunImageOutcome } from '../../results';
import { Column, Property } from '../core/property';
import { BookmarkedImage } from '../dataset/bookmarkedImage';
import { Lesion } from '../dataset/lesion';
import { Detection } from './detection';
import { DetectionOutcomeKindEnum } from './enums';

@ObjectType({ description: 'A detection of an image, compared with the annotated lesions.' })
export class DetectionOutcome {
  constructor(readonly row: RunImageOutcome['detections'][number]) {}

  @Property(() => Detection, 'The detection.')
  get detection(): Detection {
    return new Detection(this.row.detection);
  }

  @Column(() => DetectionOutcomeKindEnum, 'What it is worth.')
  declare readonly kind: RunImageOutcome['detections'][number]['kind'];

  @Property(() => Lesion, 'The lesion that it hits, or hits again; null for BACKGROUND.', { nullable: true })
  get lesion(): Lesion | null {
    return this.row.lesion && new Lesion(this.row.lesion);
  }

  @Column(
    () => Float,
    'Intersection over union with that lesion; for BACKGROUND the greatest with any lesion of the image. 0 to 1.',
  )
  declare readonly iou: number;
}

@ObjectType({ description: 'The detections of one image of a run, compared with the annotated lesions.' })
export class ImageOutcome {
  constructor(
    private readonly row: RunImageOutcome,
    private readonly imageRow: ImageRow,
  ) {}

  @Property(() => BookmarkedImage, 'The image.')
  get image(): BookmarkedImage {
    return new BookmarkedImage(this.imageRow);
  }

  @Property(() => [DetectionOutcome], 'The detections, highest score first.')
  get detections(): DetectionOutcome[] {
    return this.row.detections.map((one) => new DetectionOutcome(one));
  }

  @Property(() => [Lesion], 'The lesions that no detection hits, in the order of the source rows.')
  get missed(): Lesion[] {
    return this.row.missed.map((lesion) => new Lesion(lesion));
  }
}
