/** What runs, detections in uploads, categorizations and exports have in common: they wait, are processed and finish. */
import { GraphQLDateTime } from 'graphql-scalars';
import { ID, Int, InterfaceType } from 'type-graphql';
import { JOB_STATUSES, type JobStatus } from '../../job';
import { defineEnum } from '../core/enums';
import { Property } from '../core/property';
import { JobWebhookType } from './webhook';

export const JobStatusEnum = defineEnum(
  'JobStatus',
  'Status of a job. A job ends with exactly one of SUCCEEDED, FAILED and CANCELLED.',
  JOB_STATUSES,
  {
    QUEUED: 'Accepted; the work has not started yet.',
    RUNNING: 'The work has started.',
    SUCCEEDED: 'It has been completed; individual images or lesions may have failed.',
    FAILED: 'It failed; `error` gives the reason.',
    CANCELLED: 'It was cancelled.',
  },
);

@InterfaceType('JobProgress', { description: 'Progress of a job, in images, slices, lesions or files.' })
export abstract class JobProgressType {
  @Property(() => Int, 'Number that have been completed.')
  readonly completed!: number;

  @Property(() => Int, 'Number that failed.')
  readonly failed!: number;

  @Property(() => Int, 'Total number.')
  readonly total!: number;
}

@InterfaceType('Job', {
  description:
    'Work that the server accepted and does later: a detection run, a detection in an upload, a ' +
    'categorization or an export. `jobProgress` follows it and `cancelJob` cancels it.',
})
export abstract class Job {
  @Property(
    () => ID,
    'Id for `job`, `jobProgress` and `cancelJob`: a global id, or the id of a detection in an upload.',
  )
  readonly id!: string;

  @Property(() => JobStatusEnum, 'Current status.')
  readonly status!: JobStatus;

  @Property(() => GraphQLDateTime, 'Time at which the request was accepted (UTC).')
  readonly createdAt!: Date;

  @Property(() => GraphQLDateTime, 'Time at which the work started (UTC).', { nullable: true })
  readonly startedAt!: Date | null;

  @Property(() => GraphQLDateTime, 'Time at which it ended (UTC).', { nullable: true })
  readonly finishedAt!: Date | null;

  @Property(() => String, 'The reason for the failure.', { nullable: true })
  readonly error!: string | null;

  @Property(
    () => String,
    'Name of the key with which it was requested, or of the person. Null if it was requested without either or by the command line.',
    { nullable: true },
  )
  readonly owner!: string | null;

  @Property(
    () => JobProgressType,
    'Progress: images of a run, slices of an upload, lesions of a categorization, the file of an export.',
  )
  readonly progress!: JobProgressType;

  @Property(
    () => Int,
    'Number of jobs of the same queue that are waiting and will be started before it; 0 if it is ' +
      'next. Null unless the status is QUEUED. Runs wait in one queue, which is shared fairly between clients, so that ' +
      'a run of another client may still be placed before it; categorizations in another; detections in single slices ' +
      'and in series in two more; exports in one of their own.',
    { nullable: true },
  )
  readonly queuePosition!: number | null;

  @Property(
    () => GraphQLDateTime,
    'Estimated time of its end (UTC): the number of images of all jobs before it and of its own that ' +
      'are left, divided by the measured speed. The speed is, for runs, the images per second of all living workers ' +
      'over their last minute, or of the newest run if they were idle; for categorizations, the lesions per second of ' +
      'the newest one that was computed on this server; for detections in uploads, a moving average of the latest ' +
      'slices. An export is estimated by size and time of your newest one under the same address, or under the same path with other ' +
      'parameters. Jobs that are requested later are not included. Null if no speed is known, and after the end.',
    { nullable: true },
  )
  readonly estimatedEndAt!: Date | null;

  @Property(
    () => JobWebhookType,
    'Delivery state of the completion webhook. Detection runs and exports can have one.',
    {
      nullable: true,
    },
  )
  readonly webhook!: JobWebhookType | null;
}
