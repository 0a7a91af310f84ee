import { GraphQLDateTime } from 'graphql-scalars';
import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { WorkerRow } from '../../runs';
import {
  type ExecutionProvider,
  ExecutionProviderEnum,
  executionProvidersOf,
  PROVIDER_TEXT_DEPRECATED,
} from '../core/executionProviders';
import { Column, Property } from '../core/property';

@ObjectType({ description: 'The batch of images of a detection run that a worker is processing.' })
export class WorkerBatch {
  constructor(
    readonly runId: number,
    imagesDone: number,
    imagesTotal: number,
  ) {
    this.imagesDone = imagesDone;
    this.imagesTotal = imagesTotal;
  }

  @Property(() => Int, 'Number of images of the batch that are completed or failed.')
  readonly imagesDone: number;

  @Property(() => Int, 'Total number of images of the batch.')
  readonly imagesTotal: number;
}

@ObjectType({
  description:
    "A process that takes work from the queue: the server's own worker, or a `deeplesion worker` on " +
    'this or another machine. A worker that shuts down normally leaves the list immediately, a ' +
    'worker that dies leaves it after ten minutes.',
})
export class Worker {
  constructor(readonly row: WorkerRow) {}

  @Column(() => ID, 'A UUID that the worker generated when it started.')
  declare readonly id: string;

  @Column(() => String, 'Host name of its machine.')
  declare readonly host: string;

  @Column(() => Int, 'Process id on that machine.')
  declare readonly processId: number;

  @Column(() => String, 'Version and, in a checkout, the git commit of its code.')
  declare readonly codeVersion: string;

  @Property(
    () => [ExecutionProviderEnum],
    'Execution provider of the last model that it opened; empty until it has opened a model.',
  )
  get executionProviders(): ExecutionProvider[] {
    return executionProvidersOf(this.row.executionProvider);
  }

  @Column(() => String, 'Execution provider of the last model that it opened: `cpu`, `webgpu` or `cuda`.', {
    nullable: true,
    deprecationReason: PROVIDER_TEXT_DEPRECATED,
  })
  declare readonly executionProvider: string | null;

  @Column(
    () => String,
    'Device of that execution provider: the name of the CPU or GPU, if the system provides it. Null ' +
      'before the first model is opened.',
    { nullable: true },
  )
  declare readonly device: string | null;

  @Column(() => GraphQLDateTime, 'Time of its start (UTC).')
  declare readonly startedAt: Date;

  @Column(
    () => GraphQLDateTime,
    "Time of its last heartbeat by the database's clock (UTC); heartbeats are sent every three seconds.",
  )
  declare readonly lastSeenAt: Date;

  @Column(() => Boolean, "Whether the last heartbeat is at most twelve seconds old, by the database's clock.")
  declare readonly alive: boolean;

  @Property(() => WorkerBatch, 'The batch that it is processing; null if it is idle or not alive.', {
    nullable: true,
  })
  get currentBatch(): WorkerBatch | null {
    const { alive, runId, imagesDone, imagesTotal } = this.row;
    return alive && runId !== null ? new WorkerBatch(runId, imagesDone, imagesTotal) : null;
  }

  @Property(
    () => Float,
    'Throughput in images per second over the last minute, or since its start; 0 if it is not alive.',
  )
  get imagesPerSecond(): number {
    return this.row.alive ? this.row.imagesPerSecond : 0;
  }
  @Column(
    () => [String],
    'Requirements that its machine does not meet, e.g. the model folder of a detector that was ' +
      'requested in the last ten minutes, or the images of a data set: it leaves such runs to other ' +
      'workers. Empty if there are none.',
  )
  declare readonly problems: readonly string[];
}
