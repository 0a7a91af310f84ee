import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { JobProgress } from '../../job';
import type { DetectionRunRow, RunTiming, RunWebhookRow } from '../../runs';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';
import { DetectionJob } from './detectionJob';
import { DetectionRunStatusEnum, RunPriorityEnum, WebhookStateEnum } from './enums';
import { StageTiming } from './stageTiming';

@ObjectType('DetectionRunProgress', { description: 'How many images of a run are done.' })
export class RunProgressType {
  constructor(private readonly row: JobProgress) {}

  @Property(() => Int, 'Images with detections, none among them.')
  get completed(): number {
    return this.row.completed;
  }

  @Property(() => Int, 'Images that failed.')
  get failed(): number {
    return this.row.failed;
  }

  @Property(() => Int, 'All images of the run.')
  get total(): number {
    return this.row.total;
  }
}

@ObjectType('DetectionRunTiming', {
  description:
    'How fast a run is, over its completed images: reading, preparing, network and boxes of an image together. Null before the first.',
})
export class RunTimingType {
  constructor(private readonly row: RunTiming) {}

  @Property(() => Float, 'Mean milliseconds per image.', { nullable: true })
  get meanMsPerImage(): number | null {
    return this.row.meanMsPerImage;
  }

  @Property(() => Float, 'Median milliseconds per image.', { nullable: true })
  get p50MsPerImage(): number | null {
    return this.row.p50MsPerImage;
  }

  @Property(() => Float, '95th percentile of the milliseconds per image.', { nullable: true })
  get p95MsPerImage(): number | null {
    return this.row.p95MsPerImage;
  }

  @Property(() => Float, 'Completed images per second of wall-clock time, from the start to the end or to now.', {
    nullable: true,
  })
  get imagesPerSecond(): number | null {
    return this.row.imagesPerSecond;
  }

  @Property(
    () => StageTiming,
    'Where the mean goes, by stage. Null before the first image is completed, and for runs of servers that did not keep it.',
    { nullable: true },
  )
  get stages(): StageTiming | null {
    return this.row.stages && new StageTiming(this.row.stages);
  }
}

@ObjectType('DetectionRunWebhook', { description: "How the message of a run's end fares." })
export class RunWebhookType {
  constructor(private readonly row: RunWebhookRow) {}

  @Property(() => WebhookStateEnum, 'Where it is.')
  get state() {
    return this.row.state;
  }

  @Property(() => Int, 'How often it was sent.')
  get attempts(): number {
    return this.row.attempts;
  }

  @Property(() => Int, 'HTTP status of the last answer; null where none came.', { nullable: true })
  get lastStatus(): number | null {
    return this.row.lastStatus;
  }

  @Property(() => String, 'Why the last attempt failed.', { nullable: true })
  get lastError(): string | null {
    return this.row.lastError;
  }
}

@ObjectType({
  implements: Node,
  description: 'One detector over a set of images, with everything that determines its detections.',
})
export class DetectionRun extends DetectionJob<DetectionRunRow> implements Node {
  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('DetectionRun', this.row.id);
  }

  @Property(() => DetectionRunStatusEnum, 'Where it is.')
  get status() {
    return this.row.status;
  }

  @Property(() => [Float], 'IoU thresholds that were asked for beside 0.05 to 0.95.')
  get iouThresholds(): number[] {
    return this.row.iouThresholds;
  }

  @Property(() => Int, 'How many of the best boxes of an image count in its accuracy curve.')
  get topK(): number {
    return this.row.topK;
  }

  @Property(() => RunPriorityEnum, 'How it shares the workers with other runs.')
  get priority() {
    return this.row.priority;
  }

  @Property(() => GraphQLDateTime, 'When the first batch began (UTC).', { nullable: true })
  get startedAt(): Date | null {
    return this.row.startedAt;
  }
}

export const DetectionRunConnection = connectionOf(DetectionRun, 'DetectionRun', 'detection runs');
