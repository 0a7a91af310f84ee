import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Detection, DetectionReview } from './detection';
import { DetectionRun } from './detectionRun';
import { Detector } from './detector';

@ObjectType({ description: 'What runDetection answers, at once: the run is only accepted, its work comes later.' })
export class RunDetectionPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The run; the same one for a repeated idempotencyKey.')
  readonly run: DetectionRun;
}

@ObjectType({ description: 'What cancelDetectionRun answers.' })
export class CancelDetectionRunPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The run as it is now. One that had ended before stays as it was.')
  readonly run: DetectionRun;
}

@ObjectType({
  description: 'What retryDetectionRun answers, at once: the new run is only accepted, its work comes later.',
})
export class RetryDetectionRunPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The new run, of the failed images alone.')
  readonly run: DetectionRun;
}

@ObjectType({ description: 'What reviewDetection answers.' })
export class ReviewDetectionPayload {
  constructor(review: DetectionReview, detection: Detection) {
    this.review = review;
    this.detection = detection;
  }

  @Property(() => DetectionReview, 'The new verdict.')
  readonly review: DetectionReview;

  @Property(() => Detection, 'The detection with all its verdicts.')
  readonly detection: Detection;
}

@ObjectType({ description: 'What registerDetector answers, when the model is checked and stored.' })
export class RegisterDetectorPayload {
  constructor(detector: Detector, alreadyRegistered: boolean) {
    this.detector = detector;
    this.alreadyRegistered = alreadyRegistered;
  }

  @Property(() => Detector, 'The detector; runs can be made with it from now on.')
  readonly detector: Detector;

  @Property(() => Boolean, 'True where the very same model was registered before: nothing was changed.')
  readonly alreadyRegistered: boolean;
}
