import { GraphQLDateTime } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { DetectorAccuracy, DetectorSpeed, DetectorStatistics } from '../../results';
import { Column } from '../core/property';

@ObjectType('DetectorSpeed', {
  description:
    'Speed of a detector on one execution provider, over the completed images of all its runs there. ' +
    'The time of an image includes reading, preprocessing, inference and postprocessing.',
})
export class DetectorSpeedType {
  constructor(readonly row: DetectorSpeed) {}

  @Column(() => String, 'Execution provider: `cpu`, `webgpu` or `cuda`.')
  declare readonly executionProvider: string;

  @Column(() => Int, 'Number of runs with at least one completed image.')
  declare readonly runs: number;

  @Column(() => Int, 'Number of completed images.')
  declare readonly images: number;

  @Column(() => Float, 'Mean time per image in ms.')
  declare readonly meanMsPerImage: number;

  @Column(() => Float, 'Median time per image in ms.')
  declare readonly medianMsPerImage: number;

  @Column(
    () => Float,
    'Throughput in completed images per second of wall-clock time, over the runs that have finished. ' +
      'Null before the first run has finished.',
    { nullable: true },
  )
  declare readonly imagesPerSecond: number | null;
}

@ObjectType('DetectorStatistics', { description: 'Statistics of the runs of one version of a detector.' })
export class DetectorStatisticsType {
  constructor(readonly row: DetectorStatistics) {}

  @Column(() => Int, 'Number of detection runs, regardless of their status.')
  declare readonly runs: number;

  @Column(() => Int, 'Number of completed images of all runs.')
  declare readonly completedImages: number;

  @Column(() => Int, 'Number of failed images of all runs.')
  declare readonly failedImages: number;

  @Column(
    () => GraphQLDateTime,
    'Time at which a run last finished, started or was requested (UTC). Null before the first run.',
    {
      nullable: true,
    },
  )
  declare readonly lastUsedAt: Date | null;
}

@ObjectType('DetectorAccuracy', {
  description:
    'Accuracy of a detector at IoU 0.5 over all lesions (Yan et al. 2017), according to its newest ' +
    'evaluation on one data set version.',
})
export class DetectorAccuracyType {
  constructor(readonly row: DetectorAccuracy) {}
}
