import { GraphQLDateTime } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { DetectorAccuracy, DetectorSpeed, DetectorStatistics } from '../../results';
import { Column } from '../core/property';

@ObjectType('DetectorSpeed', {
  description:
    'How fast a detector is on one execution provider, over the completed images of all its runs there: reading, preparing, network and boxes of an image together.',
})
export class DetectorSpeedType {
  constructor(readonly row: DetectorSpeed) {}

  @Column(() => String, 'Execution provider: cpu, webgpu or cuda.')
  declare readonly executionProvider: string;

  @Column(() => Int, 'Runs that completed an image.')
  declare readonly runs: number;

  @Column(() => Int, 'Images that were completed.')
  declare readonly images: number;

  @Column(() => Float, 'Mean milliseconds per image.')
  declare readonly meanMsPerImage: number;

  @Column(() => Float, 'Median milliseconds per image.')
  declare readonly medianMsPerImage: number;

  @Column(
    () => Float,
    'Completed images per second of wall-clock time, over the runs that have ended. Null before the first has.',
    { nullable: true },
  )
  declare readonly imagesPerSecond: number | null;
}

@ObjectType('DetectorStatistics', { description: 'What became of the runs of one version of a detector.' })
export class DetectorStatisticsType {
  constructor(readonly row: DetectorStatistics) {}

  @Column(() => Int, 'Detection runs, in whatever state.')
  declare readonly runs: number;

  @Column(() => Int, 'Images that were completed in all runs together.')
  declare readonly completedImages: number;

  @Column(() => Int, 'Images that failed in all runs together.')
  declare readonly failedImages: number;

  @Column(() => GraphQLDateTime, 'When a run last ended, began or was asked for (UTC). Null before the first run.', {
    nullable: true,
  })
  declare readonly lastUsedAt: Date | null;
}

@ObjectType('DetectorAccuracy', {
  description:
    'Accuracy of a detector at IoU 0.5 over all lesions (Yan et al. 2017), by its newest evaluation on one data set version.',
})
export class DetectorAccuracyType {
  constructor(readonly row: DetectorAccuracy) {}
}
