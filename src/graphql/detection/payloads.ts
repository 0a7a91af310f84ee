import { ObjectType } from 'type-graphql';
import { Property } from '../core/property';
import { Detection, DetectionReview } from './detection';
import { DetectionRun } from './detectionRun';
import { Detector } from './detector';

@ObjectType({
  description: 'Result of runDetection. It is returned as soon as the run has been accepted; the work is done later.',
})
export class RunDetectionPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The run; the existing run if the idempotencyKey was used before.')
  readonly run: DetectionRun;
}

@ObjectType({ description: 'Result of updateDetectionRun.' })
export class UpdateDetectionRunPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The run with its new texts.')
  readonly run: DetectionRun;
}

@ObjectType({ description: 'Result of cancelDetectionRun.' })
export class CancelDetectionRunPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The run in its current state. A run that had already finished is unchanged.')
  readonly run: DetectionRun;
}

@ObjectType({
  description:
    'Result of retryDetectionRun. It is returned as soon as the new run has been accepted; the work is done later.',
})
export class RetryDetectionRunPayload {
  constructor(run: DetectionRun) {
    this.run = run;
  }

  @Property(() => DetectionRun, 'The new run, which has only the images to be retried.')
  readonly run: DetectionRun;
}

@ObjectType({ description: 'Result of reviewDetection.' })
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

@ObjectType({ description: 'Result of archiveDetector and unarchiveDetector.' })
export class ArchiveDetectorPayload {
  constructor(detector: Detector) {
    this.detector = detector;
  }

  @Property(() => Detector, 'The detector in its current state.')
  readonly detector: Detector;
}

@ObjectType({ description: 'Result of registerDetector, after the model has been checked and stored.' })
export class RegisterDetectorPayload {
  constructor(detector: Detector, alreadyRegistered: boolean) {
    this.detector = detector;
    this.alreadyRegistered = alreadyRegistered;
  }

  @Property(() => Detector, 'The detector, which is ready for runs.')
  readonly detector: Detector;

  @Property(() => Boolean, 'Whether the same model had been registered before, so that nothing was changed.')
  readonly alreadyRegistered: boolean;
}
