import { Field, ID, Int } from 'type-graphql';
import type { DetectInUploadRequest } from '../../uploads';
import { InputOf } from '../core/inputs';
import { DetectorChoice } from '../detection/detectorChoice';

@InputOf<DetectInUploadRequest>('Which detector, on which image of your own.')
export class DetectInImageInput extends DetectorChoice {
  @Field(() => ID, { description: 'Id of an upload of an image or series, from PUT /uploads.' })
  upload!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'One slice of a series, by its index. Left out: the only slice, or all slices of a series.',
  })
  sliceIndex?: number | null;
}
