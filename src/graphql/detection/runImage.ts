import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { RunImageRow } from '../../runs';
import { connectionOf } from '../core/connection';
import { Property } from '../core/property';
import { RunImageStateEnum } from './enums';

@ObjectType('DetectionRunImage', { description: 'What became of one image of a detection run.' })
export class RunImage {
  constructor(readonly row: RunImageRow) {}

  @Property(() => RunImageStateEnum, 'Whether it is done.')
  get state() {
    return this.row.state;
  }

  @Property(
    () => Float,
    'Milliseconds for it: reading, preparing, network and boxes together. Null unless completed.',
    {
      nullable: true,
    },
  )
  get milliseconds(): number | null {
    return this.row.milliseconds;
  }

  @Property(() => String, 'Why it failed.', { nullable: true })
  get error(): string | null {
    return this.row.error;
  }

  @Property(
    () => Int,
    'How often a worker began with it: more than once where a worker was lost over it, 0 where none has begun. After five losses it fails.',
  )
  get attempts(): number {
    return this.row.attempts;
  }

  @Property(
    () => ID,
    "`id` of the worker that did it, as in `workers` while that one is there; a worker's log names its id and machine when it starts. Null before, where nobody could, and for images of servers that did not keep it.",
    { nullable: true },
  )
  get workerId(): string | null {
    return this.row.workerId;
  }

  @Property(
    () => Boolean,
    'Whether its pixel file was another one than at the import, so that its detections are of other pixels. Null unless completed, and where no checksum was taken at the import. Neighbouring slices have no checksum and are not looked at.',
    { nullable: true },
  )
  get pixelsChanged(): boolean | null {
    return this.row.pixelsChanged;
  }

  @Property(() => GraphQLDateTime, 'When it was done (UTC).', { nullable: true })
  get finishedAt(): Date | null {
    return this.row.finishedAt;
  }
}

export const RunImageConnection = connectionOf(RunImage, 'DetectionRunImage', 'images of a run');
