import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { WorkerRow } from '../../runs';
import { Column, Property } from '../core/property';

@ObjectType({ description: 'The images that a worker has in hand: a part of one detection run.' })
export class WorkerBatch {
  constructor(
    readonly runId: number,
    imagesDone: number,
    imagesTotal: number,
  ) {
    this.imagesDone = imagesDone;
    this.imagesTotal = imagesTotal;
  }

  @Property(() => Int, 'Images of the batch that are done or failed.')
  readonly imagesDone: number;

  @Property(() => Int, 'All images of the batch.')
  readonly imagesTotal: number;
}

@ObjectType({
  description:
    "A process that works on the queue: the server's own, or a `deeplesion worker` on this machine or another one. One that ends in order leaves the list at once, one that dies after ten minutes.",
})
export class Worker {
  constructor(readonly row: WorkerRow) {}

  @Column(() => ID, 'A UUID that the worker chose when it started.')
  declare readonly id: string;

  @Column(() => String, 'Name of its machine.')
  declare readonly host: string;

  @Column(() => Int, 'Number of its process on that machine.')
  declare readonly processId: number;

  @Column(() => String, 'Version and, in a checkout, the git commit of its code.')
  declare readonly codeVersion: string;

  @Column(() => String, 'Execution provider of the last model that it opened: `cpu`, `webgpu` or `cuda`.', {
    nullable: true,
  })
  declare readonly executionProvider: string | null;

  @Column(
    () => String,
    'What that runs on: the name of the CPU or GPU, where the system tells. Null before the first model.',
    { nullable: true },
  )
  declare readonly device: string | null;

  @Column(() => GraphQLDateTime, 'When it started (UTC).')
  declare readonly startedAt: Date;

  @Column(
    () => GraphQLDateTime,
    "When it last gave a sign of life, on the database's clock (UTC); every three seconds.",
  )
  declare readonly lastSeenAt: Date;

  @Column(() => Boolean, "Whether that was within the last twelve seconds, on the database's clock.")
  declare readonly alive: boolean;

  @Property(() => WorkerBatch, 'The batch in hand, of a worker that is alive; null while it waits for one.', {
    nullable: true,
  })
  get currentBatch(): WorkerBatch | null {
    const { alive, runId, imagesDone, imagesTotal } = this.row;
    return alive && runId !== null ? new WorkerBatch(runId, imagesDone, imagesTotal) : null;
  }

  @Property(() => Float, 'Images per second over its last minute, or since its start; 0 for one that is not alive.')
  get imagesPerSecond(): number {
    return this.row.alive ? this.row.imagesPerSecond : 0;
  }
  @Column(
    () => [String],
    'What its machine lacks, e.g. the model folder of a detector that was asked for in the last ten minutes, or the images of any data set: it leaves runs of these to other workers. Empty where it lacks nothing.',
  )
  declare readonly problems: readonly string[];
}
