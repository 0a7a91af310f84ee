import { Float, Int, ObjectType } from 'type-graphql';
import type { RunEstimate as RunEstimateRow } from '../../runs';
import { Column } from '../core/property';

@ObjectType('DetectionRunEstimate', { description: 'What a detection run would take if it were requested now.' })
export class RunEstimateType {
  constructor(readonly row: RunEstimateRow) {}

  @Column(() => Int, 'Number of images that the request selects.')
  declare readonly imageCount: number;

  @Column(
    () => Float,
    'Wall-clock seconds per image of all living workers together, from the newest five runs of the detector that ' +
      'succeeded on their execution providers. Null if there is none, or no living worker.',
    { nullable: true },
  )
  declare readonly secondsPerImage: number | null;

  @Column(
    () => Float,
    'Estimated seconds from the request to the end of the run: `secondsPerImage` times its own images and ' +
      '`queueAheadImages`, as if those took as long. Null if nothing is known.',
    { nullable: true },
  )
  declare readonly estimatedSeconds: number | null;

  @Column(
    () => Int,
    'Number of images of unfinished runs that have no result yet. At most these are processed before the run: workers ' +
      'are shared between clients, so that some of them come later.',
  )
  declare readonly queueAheadImages: number;

  @Column(() => String, 'The reason why nothing is known; null if it is.', { nullable: true })
  declare readonly reason: string | null;
}
