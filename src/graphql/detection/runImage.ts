import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { RunImageRow } from '../../runs';
import { connectionOf } from '../core/connection';
import { Column } from '../core/property';
import { FailureKindEnum, RunImageStateEnum } from './enums';

@ObjectType('DetectionRunImage', { description: 'What became of one image of a detection run.' })
export class RunImage {
  constructor(readonly row: RunImageRow) {}

  @Column(() => RunImageStateEnum, 'Whether it is done.')
  declare readonly state: RunImageRow['state'];

  @Column(() => Float, 'Milliseconds for it: reading, preparing, network and boxes together. Null unless completed.', {
    nullable: true,
  })
  declare readonly milliseconds: number | null;

  @Column(() => String, 'Why it failed.', { nullable: true })
  declare readonly error: string | null;

  @Column(
    () => FailureKindEnum,
    'Why it failed, for programs. Null unless it failed, and for failures of earlier versions.',
    { nullable: true },
  )
  declare readonly failureKind: RunImageRow['failureKind'];

  @Column(
    () => Int,
    'How often a worker began with it: more than once where a worker was lost over it, 0 where none has begun. After five losses it fails.',
  )
  declare readonly attempts: number;

  @Column(
    () => ID,
    "`id` of the worker that did it, as in `workers` while that one is there; a worker's log names its id and machine when it starts. Null before, where nobody could, and for images of servers that did not keep it.",
    { nullable: true },
  )
  declare readonly workerId: string | null;

  @Column(
    () => Boolean,
    'Whether its pixel file was another one than at the import, so that its detections are of other pixels. Null unless completed, and where no checksum was taken at the import. Neighbouring slices have no checksum and are not looked at.',
    { nullable: true },
  )
  declare readonly pixelsChanged: boolean | null;

  @Column(() => GraphQLDateTime, 'When it was done (UTC).', { nullable: true })
  declare readonly finishedAt: Date | null;
}

export const RunImageConnection = connectionOf(RunImage, 'DetectionRunImage', 'images of a run');
