import { GraphQLDateTime } from 'graphql-scalars';
import { ObjectType } from 'type-graphql';
import type { DetectionJobRow } from '../../models';
import {
  type ExecutionProvider,
  ExecutionProviderEnum,
  executionProvidersOf,
  PROVIDER_TEXT_DEPRECATED,
} from '../core/executionProviders';
import { Column, Property } from '../core/property';
import { JobStatusEnum } from '../job/job';

/** The common fields of a run over a data set and a detection in an upload. This class is not a GraphQL type itself. */
@ObjectType()
export abstract class DetectionJob<Row extends DetectionJobRow> {
  constructor(readonly row: Row) {}

  @Column(() => String, 'Version of the server that accepted the request.')
  declare readonly codeVersion: string;

  @Property(
    () => [ExecutionProviderEnum],
    'Execution providers that were used, in the order of their first use: several if one failed or workers had different ones.',
  )
  get executionProviders(): ExecutionProvider[] {
    return executionProvidersOf(this.row.executionProvider);
  }

  @Column(
    () => String,
    'Execution provider that was used: `cpu`, `webgpu` or `cuda`; several, separated by commas, if ' +
      'one failed during the run or workers had different ones. Null before the start.',
    { nullable: true, deprecationReason: PROVIDER_TEXT_DEPRECATED },
  )
  declare readonly executionProvider: string | null;

  @Column(() => JobStatusEnum, 'Current status.')
  declare readonly status: Row['status'];

  @Column(() => String, 'The reason for the failure.', { nullable: true })
  declare readonly error: string | null;

  @Column(() => [String], 'Noteworthy events, e.g. a fallback to another execution provider.')
  declare readonly warnings: string[];

  @Column(() => GraphQLDateTime, 'Time at which the request was accepted (UTC).')
  declare readonly createdAt: Date;

  @Column(() => GraphQLDateTime, 'Time at which the work started (UTC).', { nullable: true })
  declare readonly startedAt: Date | null;

  @Column(() => GraphQLDateTime, 'Time at which it finished (UTC).', { nullable: true })
  declare readonly finishedAt: Date | null;
}
