import { GraphQLDateTime } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { DetectorAccuracy, DetectorSpeed, DetectorStatistics } from '../../results';
import { Property } from '../core/property';

@ObjectType('DetectorSpeed', {
  description:
    'How fast a detector is on one execution provider, over the completed images of all its runs there: reading, preparing, network and boxes of an image together.',
})
export class DetectorSpeedType {
  constructor(private readonly row: DetectorSpeed) {}

  @Property(() => String, 'Execution provider: cpu, webgpu or cuda.')
  get executionProvider(): string {
    return this.row.executionProvider;
  }

  @Property(() => Int, 'Runs that completed an image.')
  get runs(): number {
    return this.row.runs;
  }

  @Property(() => Int, 'Images that were completed.')
  get images(): number {
    return this.row.images;
  }

  @Property(() => Float, 'Mean milliseconds per image.')
  get meanMsPerImage(): number {
    return this.row.meanMsPerImage;
  }

  @Property(() => Float, 'Median milliseconds per image.')
  get medianMsPerImage(): number {
    return this.row.medianMsPerImage;
  }

  @Property(
    () => Float,
    'Completed images per second of wall-clock time, over the runs that have ended. Null before the first has.',
    { nullable: true },
  )
  get imagesPerSecond(): number | null {
    return this.row.imagesPerSecond;
  }
}

@ObjectType('DetectorStatistics', { description: 'What became of the runs of one version of a detector.' })
export class DetectorStatisticsType {
  constructor(readonly row: DetectorStatistics) {}

  @Property(() => Int, 'Detection runs, in whatever state.')
  get runs(): number {
    return this.row.runs;
  }

  @Property(() => Int, 'Images that were completed in all runs together.')
  get completedImages(): number {
    return this.row.completedImages;
  }

  @Property(() => Int, 'Images that failed in all runs together.')
  get failedImages(): number {
    return this.row.failedImages;
  }

  @Property(() => GraphQLDateTime, 'When a run last ended, began or was asked for (UTC). Null before the first run.', {
    nullable: true,
  })
  get lastUsedAt(): Date | null {
    return this.row.lastUsedAt;
  }
}

@ObjectType('DetectorAccuracy', {
  description:
    'Accuracy of a detector at IoU 0.5 over all lesions (Yan et al. 2017), by its newest evaluation on one data set version.',
})
export class DetectorAccuracyType {
  constructor(readonly row: DetectorAccuracy) {}
}
