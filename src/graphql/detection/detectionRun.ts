import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { JobProgress } from '../../job';
import type { DetectionRunRow, RunTiming, RunWebhookRow } from '../../runs';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { DetectionJob } from './detectionJob';
import { DetectionRunStatusEnum, RunPriorityEnum, WebhookStateEnum } from './enums';
import { StageTiming } from './stageTiming';

@ObjectType('DetectionRunProgress', { description: 'How many images of a run are done.' })
export class RunProgressType {
  constructor(readonly row: JobProgress) {}

  @Column(() => Int, 'Images with detections, none among them.')
  declare readonly completed: number;

  @Column(() => Int, 'Images that failed.')
  declare readonly failed: number;

  @Column(() => Int, 'All images of the run.')
  declare readonly total: number;
}

@ObjectType('DetectionRunTiming', {
  description:
    'How fast a run is, over its completed images: reading, preparing, network and boxes of an image together. Null before the first.',
})
export class RunTimingType {
  constructor(readonly row: RunTiming) {}

  @Column(() => Float, 'Mean milliseconds per image.', { nullable: true })
  declare readonly meanMsPerImage: number | null;

  @Column(() => Float, 'Median milliseconds per image.', { nullable: true })
  declare readonly p50MsPerImage: number | null;

  @Column(() => Float, '95th percentile of the milliseconds per image.', { nullable: true })
  declare readonly p95MsPerImage: number | null;

  @Column(() => Float, 'Completed images per second of wall-clock time, from the start to the end or to now.', {
    nullable: true,
  })
  declare readonly imagesPerSecond: number | null;

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
  constructor(readonly row: RunWebhookRow) {}

  @Column(() => WebhookStateEnum, 'Where it is.')
  declare readonly state: RunWebhookRow['state'];

  @Column(() => Int, 'How often it was sent.')
  declare readonly attempts: number;

  @Column(() => Int, 'HTTP status of the last answer; null where none came.', { nullable: true })
  declare readonly lastStatus: number | null;

  @Column(() => String, 'Why the last attempt failed.', { nullable: true })
  declare readonly lastError: string | null;
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

  @Column(() => DetectionRunStatusEnum, 'Where it is.')
  declare readonly status: DetectionRunRow['status'];

  @Column(() => [Float], 'IoU thresholds that were asked for beside 0.05 to 0.95.')
  declare readonly iouThresholds: number[];

  @Column(() => Int, 'How many of the best boxes of an image count in its accuracy curve.')
  declare readonly topK: number;

  @Column(() => RunPriorityEnum, 'How it shares the workers with other runs.')
  declare readonly priority: DetectionRunRow['priority'];

  @Column(() => GraphQLDateTime, 'When the first batch began (UTC).', { nullable: true })
  declare readonly startedAt: Date | null;
}

export const DetectionRunConnection = connectionOf(DetectionRun, 'DetectionRun', 'detection runs');
