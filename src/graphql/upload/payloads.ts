import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { UploadDetection } from './upload';

@ObjectType({
  description: 'What detectInImage answers: for one slice when it is done, for a series at once.',
})
export class DetectInImagePayload {
  constructor(detection: UploadDetection) {
    this.detection = detection;
  }

  @Property(() => UploadDetection, 'The detection; follow that of a series by uploadDetection(id).')
  readonly detection: UploadDetection;
}
