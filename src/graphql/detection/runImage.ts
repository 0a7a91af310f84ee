import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { RunImageRow } from '../../runs';
import { connectionOf } from '../core/connection';
import { Column } from '../core/property';
import { FailureKindEnum, RunImageStateEnum } from './enums';

@ObjectType('DetectionRunImage', { description: 'State of one image of a detection run.' })
export class RunImage {
  constructor(readonly row: RunImageRow) {}

  @Column(() => RunImageStateEnum, 'State of the image.')
  declare readonly state: RunImageRow['state'];

  @Column(
    () => Float,
    'Processing time in ms: reading, preprocessing, inference and postprocessing. Null unless the image is completed.',
    {
      nullable: true,
    },
  )
  declare readonly milliseconds: number | null;

  @Column(() => String, 'The reason for the failure.', { nullable: true })
  declare readonly error: string | null;

  @Column(
    () => FailureKindEnum,
    'Machine-readable reason for the failure. Null unless it failed, and for failures of earlier versions.',
    { nullable: true },
  )
  declare readonly failureKind: RunImageRow['failureKind'];

  @Column(
    () => Int,
    'Number of times that a worker started to process it: more than 1 if a worker died during the ' +
      'image, 0 if none has started. The image fails after five such deaths.',
  )
  declare readonly attempts: number;

  @Column(
    () => ID,
    '`id` of the worker that processed it, as in `workers` while that worker is listed; the log of a ' +
      'worker gives its id and machine at the start. Null while pending, if no worker could process ' +
      'it, and for runs of older servers.',
    { nullable: true },
  )
  declare readonly workerId: string | null;

  @Column(
    () => Boolean,
    'Whether its pixel file differed from the file at the time of the import, so that the detections ' +
      'are of other pixels. Null unless the image is completed, and if the import computed no ' +
      'checksum. Neighbouring slices have no checksums and are not checked.',
    { nullable: true },
  )
  declare readonly pixelsChanged: boolean | null;

  @Column(() => GraphQLDateTime, 'Time at which it was finished (UTC).', { nullable: true })
  declare readonly finishedAt: Date | null;
}

export const RunImageConnection = connectionOf(RunImage, 'DetectionRunImage', 'images of a run');
