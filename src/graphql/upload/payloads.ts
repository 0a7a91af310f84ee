import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { UploadDetection } from './upload';

@ObjectType({
  description: 'Result of detectInImage: returned after processing for one slice, immediately for a series.',
})
export class DetectInImagePayload {
  constructor(detection: UploadDetection) {
    this.detection = detection;
  }

  @Property(() => UploadDetection, 'The detection; follow the progress for a series with uploadDetection(id).')
  readonly detection: UploadDetection;
}
