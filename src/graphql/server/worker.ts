import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { WorkerRow } from '../../runs';
import { Property } from '../core/property';

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
  constructor(private readonly row: WorkerRow) {}

  @Property(() => ID, 'A UUID that the worker chose when it started.')
  get id(): string {
    return this.row.id;
  }

  @Property(() => String, 'Name of its machine.')
  get host(): string {
    return this.row.host;
  }

  @Property(() => Int, 'Number of its process on that machine.')
  get processId(): number {
    return this.row.processId;
  }

  @Property(() => String, 'Version and, in a checkout, the git commit of its code.')
  get codeVersion(): string {
    return this.row.codeVersion;
  }

  @Property(() => String, 'Execution provider of the last model that it opened: `cpu`, `webgpu` or `cuda`.', {
    nullable: true,
  })
  get executionProvider(): string | null {
    return this.row.executionProvider;
  }

  @Property(
    () => String,
    'What that runs on: the name of the CPU or GPU, where the system tells. Null before the first model.',
    { nullable: true },
  )
  get device(): string | null {
    return this.row.device;
  }

  @Property(() => GraphQLDateTime, 'When it started (UTC).')
  get startedAt(): Date {
    return this.row.startedAt;
  }

  @Property(
    () => GraphQLDateTime,
    "When it last gave a sign of life, on the database's clock (UTC); every three seconds.",
  )
  get lastSeenAt(): Date {
    return this.row.lastSeenAt;
  }

  @Property(() => Boolean, "Whether that was within the last twelve seconds, on the database's clock.")
  get alive(): boolean {
    return this.row.alive;
  }

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
  @Property(
    () => [String],
    'What its machine lacks, e.g. the model folder of a detector that was asked for in the last ten minutes, or the images of any data set: it leaves runs of these to other workers. Empty where it lacks nothing.',
  )
  get problems(): readonly string[] {
    return this.row.problems;
  }
}
