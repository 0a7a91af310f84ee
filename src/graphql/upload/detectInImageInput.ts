import { Field, ID, Int } from 'type-graphql';
import type { DetectInUploadRequest } from '../../uploads';
import { InputOf } from '../core/inputs';
import { DetectorChoice } from '../detection/detectorChoice';

@InputOf<DetectInUploadRequest, 'idempotencyKey'>('The detector, and the upload in which to detect.')
export class DetectInImageInput extends DetectorChoice {
  @Field(() => ID, { description: 'Id of an upload of an image or series, from PUT /uploads.' })
  upload!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Index of one slice of a series. If omitted, the only slice or all slices of a series.',
  })
  sliceIndex?: number | null;
}
