/** What an operator watches: the queue, the space on disk, and whether the server can do its work. */
import { GraphQLDateTime } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { RetentionState } from '../../retention';
import type { QueueStatus as QueueStatusRow } from '../../runs';
import type { ReadinessCheck as ReadinessCheckRow } from '../../services';
import { Column, Property } from '../core/property';

@ObjectType('QueueStatus', { description: 'The queue of detection runs at this moment.' })
export class QueueStatusType {
  constructor(readonly row: QueueStatusRow) {}

  @Column(() => Int, 'Number of images of unfinished runs that have no result yet.')
  declare readonly queuedImages: number;

  @Column(() => Int, 'Number of runs that a worker has started.')
  declare readonly runningRuns: number;

  @Column(() => Int, 'Number of runs that no worker has started yet.')
  declare readonly queuedRuns: number;

  @Column(
    () => Int,
    'Number of unfinished runs that no living worker can process: all of them if no worker is living, otherwise those ' +
      'that every living worker has refused, because its machine lacks the model or the images (`Worker.problems`).',
  )
  declare readonly stranded: number;
}

@ObjectType('Storage', { description: 'Space on disk that the server uses.' })
export class StorageType {
  constructor(databaseBytes: number | null, uploads: { count: number; bytes: number }) {
    this.databaseBytes = databaseBytes;
    this.uploadBytes = uploads.bytes;
    this.uploadCount = uploads.count;
  }

  @Property(
    () => Float,
    'Size of the database in bytes: tables and indexes, registered models included. Null for a caller that does not ' +
      'see all data sets: it would tell of the others.',
    { nullable: true },
  )
  readonly databaseBytes: number | null;

  @Property(() => Float, 'Size in bytes of the uploads that have not expired.')
  readonly uploadBytes: number;

  @Property(() => Int, 'Number of uploads that have not expired.')
  readonly uploadCount: number;
}

@ObjectType('Retention', { description: "What the server deletes by its age, by the operator's settings." })
export class RetentionType {
  constructor(readonly row: RetentionState & { runsDays: number | null; uploadsHours: number }) {}

  @Column(
    () => Float,
    'Detection runs that finished more days ago are deleted (`RETENTION_RUNS_DAYS`), 100 an hour at most; null: none. ' +
      'Kept at any age are runs with a name, a note, the tag `keep`, a review or an evaluation with reviews, runs that ' +
      'another run retries, runs of external detectors, and the latest run of each detector on a data set version.',
    { nullable: true },
  )
  declare readonly runsDays: number | null;

  @Column(() => Float, 'Uploads are deleted after this number of hours (`UPLOAD_TTL_HOURS`).')
  declare readonly uploadsHours: number;

  @Column(() => Int, 'Number of runs that the rule concerns now.')
  declare readonly wouldDelete: number;

  @Column(() => GraphQLDateTime, 'When a server may delete again, at the earliest; null without a rule for runs.', {
    nullable: true,
  })
  declare readonly nextRunAt: Date | null;

  @Column(() => GraphQLDateTime, 'When a server last began to delete; null before the first time.', { nullable: true })
  declare readonly lastRunAt: Date | null;

  @Column(() => Int, 'Number of runs that were deleted then.')
  declare readonly lastDeleted: number;
}

@ObjectType('ReadinessCheck', { description: 'One thing that has to be right for the server to do its work.' })
export class ReadinessCheckType {
  constructor(readonly row: ReadinessCheckRow) {}

  @Column(
    () => String,
    'Name of the check, as at /readyz: `server`, `database`, `migrations`, `detectors`, `files`; and `images`, which is ' +
      'always ok, for the warnings of /readyz.',
  )
  declare readonly name: string;

  @Column(() => Boolean, 'Whether it is right. The server is ready if all are.')
  declare readonly ok: boolean;

  @Column(() => String, 'The reason why it is not right, or the warnings; null if there is nothing to say.', {
    nullable: true,
  })
  declare readonly message: string | null;
}
