import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import {
  EXPORT_ORDER_FIELDS,
  type ExportJobRow,
  exportJobKey,
  progressOfExport,
  type ExportJobFilter as RoomFilter,
} from '../../exports';
import { toGlobalId } from '../../globalId';
import type { JobProgress, JobStatus } from '../../job';
import { connectionOf } from '../core/connection';
import { BY_ID, defineEnum } from '../core/enums';
import { RepeatableInput } from '../core/idempotency';
import { CombinedFilter, FilterOf, InputOf } from '../core/inputs';
import { listArgsOf } from '../core/listArgs';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { Job, JobProgressType, JobStatusEnum } from '../job/job';

@ObjectType({ implements: JobProgressType, description: 'Progress of an export, in files.' })
export class ExportProgress implements JobProgressType {
  constructor(readonly row: JobProgress) {}

  @Column(() => Int, '1 once the file is written, else 0.')
  declare readonly completed: number;

  @Column(() => Int, '1 if it could not be written, else 0.')
  declare readonly failed: number;

  @Column(() => Int, 'Always 1.')
  declare readonly total: number;
}

@ObjectType({
  implements: [Node, Job],
  description:
    'A file of a data set version, a run or an evaluation that the server writes as a job. Once it has succeeded, its ' +
    'address sends it at once. It is seen by its owner and by holders of the scope `operate`, and listed for 7 days after its end.',
})
export class Export implements Node {
  constructor(readonly row: ExportJobRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Export', exportJobKey(this.row));
  }

  @Column(() => JobStatusEnum, 'Current status.')
  declare readonly status: JobStatus;

  @Property(() => ExportProgress, 'Progress, in files; `bytes` tells how much of the file is written.')
  get progress(): ExportProgress {
    return new ExportProgress(progressOfExport(this.row));
  }

  @Column(() => Float, 'Number of bytes that are written; the size of the file once it has succeeded.')
  declare readonly bytes: number;

  @Column(
    () => String,
    'SHA-256 of the file in hexadecimal, which `Repr-Digest` tells at its address too; null until it has succeeded.',
    { nullable: true },
  )
  declare readonly sha256: string | null;

  @Column(() => String, 'The reason for the failure; null unless the status is FAILED.', { nullable: true })
  declare readonly error: string | null;

  @Column(() => GraphQLDateTime, 'Time at which the request was accepted (UTC).')
  declare readonly createdAt: Date;

  @Column(() => GraphQLDateTime, 'Time at which the writing started (UTC).', { nullable: true })
  declare readonly startedAt: Date | null;

  @Column(() => GraphQLDateTime, 'Time at which it was written, failed or was cancelled (UTC).', { nullable: true })
  declare readonly finishedAt: Date | null;

  get owner(): string | null {
    return this.row.client;
  }
}

export const ExportConnection = connectionOf(Export, 'Export', 'exports');

@FilterOf<RoomFilter>('exports')
export class ExportFilter extends CombinedFilter<ExportFilter> {
  @Field(() => String, {
    nullable: true,
    description:
      '`slug` for the latest version of a data set, `slug@2` for version 2; NOT_FOUND if there is no such data set.',
  })
  dataset?: string | null;

  @Field(() => [JobStatusEnum], { nullable: true, description: 'One of these values.' })
  status?: JobStatus[] | null;
}

const ExportOrderFieldEnum = defineEnum(
  'ExportOrderField',
  'Fields by which exports can be ordered.',
  EXPORT_ORDER_FIELDS,
  { ID: BY_ID, CREATED_AT: 'Time of the request.' },
);

export const ExportListArgs = listArgsOf(ExportFilter, 'Export', 'exports', ExportOrderFieldEnum);
export type ExportListArgs = InstanceType<typeof ExportListArgs>;

export const EXPORT_FORMATS = ['CSV', 'NDJSON', 'PARQUET'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const ExportFormatEnum = defineEnum('ExportFormat', 'The format of a table.', EXPORT_FORMATS, {
  CSV: 'Comma-separated values (RFC 4180).',
  NDJSON: 'One JSON object a line.',
  PARQUET: 'Apache Parquet.',
});

@InputOf<Record<never, never>, keyof CreateExportInput & string>(
  'The address of an export: one of dataset, run and evaluation, and the file below it.',
)
export class CreateExportInput extends RepeatableInput {
  @Field(() => String, {
    nullable: true,
    description: '`slug` for the latest version of a data set, `slug@2` for version 2.',
  })
  dataset?: string | null;

  @Field(() => ID, { nullable: true, description: 'Global id of a detection run that has ended.' })
  run?: string | null;

  @Field(() => ID, { nullable: true, description: 'Global id of an evaluation.' })
  evaluation?: string | null;

  @Field(() => String, {
    description:
      'Name of the file as in its address: a table without its ending, such as `lesions` or `detections`, or a whole name such ' +
      'as `coco.json`.',
  })
  file!: string;

  @Field(() => ExportFormatEnum, {
    nullable: true,
    description: 'Format of a table; omitted for a file whose name has an ending.',
  })
  format?: ExportFormat | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'Filter of the graph as JSON, of the type that the file takes, such as `LesionFilter` for `lesions`.',
  })
  filter?: object | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Columns of a table, at most 200, in this order; all of them if omitted.',
  })
  fields?: string[] | null;

  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description:
      'Further parameters of the address by name, each a text: `categories` of COCO, `encoder` of features, `iou` of points, …',
  })
  parameters?: Record<string, unknown> | null;

  @Field(() => String, {
    nullable: true,
    description:
      'An http or https URL to which one POST request is sent at least once when the export has ended: JSON with id, ' +
      'address, status, size, SHA-256 and times, signed according to Standard Webhooks (webhook-id, webhook-timestamp, ' +
      'webhook-signature). The server only sends requests to the hosts in its setting WEBHOOK_HOSTS.',
  })
  webhookUrl?: string | null;
}

@ObjectType({ description: 'Result of createExport. It is returned as soon as the request has been accepted.' })
export class CreateExportPayload {
  constructor(made: Export) {
    this.export = made;
  }

  @Property(() => Export, 'The accepted export; `jobProgress` follows it.')
  readonly export: Export;
}
