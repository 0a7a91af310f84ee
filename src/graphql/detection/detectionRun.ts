import { Float, ID, Int, ObjectType } from 'type-graphql';
import { toGlobalId } from '../../globalId';
import type { JobProgress } from '../../job';
import { type DetectionRunRow, ownerOfRun, type RunTiming, runKey } from '../../runs';
import { traceIdOf } from '../../tracing';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { Job, JobProgressType } from '../job/job';
import { DetectionJob } from './detectionJob';
import { RunPriorityEnum } from './enums';
import { StageTiming } from './stageTiming';

const IF_STATED = 'Null if the detector is external and does not state it.';

@ObjectType('DetectionRunProgress', {
  implements: JobProgressType,
  description: 'Progress of a detection run, in images.',
})
export class RunProgressType implements JobProgressType {
  constructor(readonly row: JobProgress) {}

  @Column(() => Int, 'Number of completed images, including images without detections.')
  declare readonly completed: number;

  @Column(() => Int, 'Number of images that failed.')
  declare readonly failed: number;

  @Column(() => Int, 'Total number of images of the run.')
  declare readonly total: number;
}

@ObjectType('DetectionRunTiming', {
  description:
    'Speed of a run over its completed images. The time of an image includes reading, preprocessing, ' +
    'inference and postprocessing. Null before the first image is completed.',
})
export class RunTimingType {
  constructor(readonly row: RunTiming) {}

  @Column(() => Float, 'Mean time per image in ms.', { nullable: true })
  declare readonly meanMsPerImage: number | null;

  @Column(() => Float, 'Median time per image in ms.', { nullable: true })
  declare readonly p50MsPerImage: number | null;

  @Column(() => Float, '95th percentile of the time per image in ms.', { nullable: true })
  declare readonly p95MsPerImage: number | null;

  @Column(
    () => Float,
    'Throughput in completed images per second of wall-clock time, from the start of the run to its ' +
      'end or to the present.',
    {
      nullable: true,
    },
  )
  declare readonly imagesPerSecond: number | null;

  @Property(
    () => StageTiming,
    'Mean time per stage. Null before the first image is completed, and for runs of older servers.',
    { nullable: true },
  )
  get stages(): StageTiming | null {
    return this.row.stages && new StageTiming(this.row.stages);
  }
}

@ObjectType({
  implements: [Node, Job],
  description: 'One run of a detector over a set of images, with all settings that determine its detections.',
})
export class DetectionRun extends DetectionJob<DetectionRunRow> implements Node {
  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('DetectionRun', runKey(this.row));
  }

  @Column(() => String, 'Name that people gave it by updateDetectionRun; null if there is none.', { nullable: true })
  declare readonly name: string | null;

  @Column(() => String, 'Note that people made of it by updateDetectionRun; null if there is none.', { nullable: true })
  declare readonly note: string | null;

  @Column(() => [String], 'Tags that people gave it by updateDetectionRun, in their order.')
  declare readonly tags: string[];

  @Column(() => [Float], 'IoU thresholds of the request, in addition to 0.05 to 0.95.')
  declare readonly iouThresholds: number[];

  @Column(() => Int, 'Number of top-scoring detections per image that count in the accuracy curve (top-k).')
  declare readonly topK: number;

  @Column(() => Float, `Minimum score, 0 to 1: detections with a lower score were discarded. ${IF_STATED}`, {
    nullable: true,
  })
  declare readonly scoreThreshold: number | null;

  @Column(
    () => Float,
    'IoU threshold of non-maximum suppression, 0 to 1: of two boxes that overlap more than this, the ' +
      `one with the lower score was discarded. ${IF_STATED}`,
    { nullable: true },
  )
  declare readonly nmsIouThreshold: number | null;

  @Column(() => Int, `Maximum number of detections per image. ${IF_STATED}`, { nullable: true })
  declare readonly maxDetectionsPerImage: number | null;

  @Column(() => String, 'SHA-256 of the ONNX file that was run, in hexadecimal. Null if the detector is external.', {
    nullable: true,
  })
  declare readonly modelSha256: string | null;

  @Column(() => RunPriorityEnum, 'Priority of the run in the queue.')
  declare readonly priority: DetectionRunRow['priority'];

  @Property(
    () => String,
    'OpenTelemetry trace of the request that made it, and of its work on workers, as 32 hexadecimal digits. Null if that server sent no traces.',
    { nullable: true },
  )
  get traceId(): string | null {
    return traceIdOf(this.row.traceParent);
  }

  get owner(): string | null {
    return ownerOfRun(this.row);
  }
}

export const DetectionRunConnection = connectionOf(DetectionRun, 'DetectionRun', 'detection runs');
