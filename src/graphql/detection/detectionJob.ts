import { GraphQLDateTime } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { DetectionJobRow } from '../../models';
import { Column } from '../core/property';

/** What a run over a data set and a detection in an upload tell alike. It is no type of the graph by itself. */
@ObjectType()
export abstract class DetectionJob<Row extends DetectionJobRow> {
  constructor(readonly row: Row) {}

  @Column(() => Float, 'Boxes below this score were dropped, 0 to 1.')
  declare readonly scoreThreshold: number;

  @Column(() => Float, 'Of two boxes that overlap more than this (IoU) the lower score was dropped, 0 to 1.')
  declare readonly nmsIouThreshold: number;

  @Column(() => Int, 'Boxes kept of an image at most.')
  declare readonly maxDetectionsPerImage: number;

  @Column(() => String, 'SHA-256 of the ONNX file that was run, in hexadecimal.')
  declare readonly modelSha256: string;

  @Column(() => String, 'Version of this server that accepted it.')
  declare readonly codeVersion: string;

  @Column(
    () => String,
    'Execution provider that was used: `cpu`, `webgpu` or `cuda`; several with a comma between where one failed at work or workers had different ones. Null before the start.',
    { nullable: true },
  )
  declare readonly executionProvider: string | null;

  @Column(() => String, 'Why it failed.', { nullable: true })
  declare readonly error: string | null;

  @Column(() => [String], 'What is worth knowing of how it went, e.g. an execution provider that fell back.')
  declare readonly warnings: string[];

  @Column(() => GraphQLDateTime, 'When it was accepted (UTC).')
  declare readonly createdAt: Date;

  @Column(() => GraphQLDateTime, 'When it ended (UTC).', { nullable: true })
  declare readonly finishedAt: Date | null;
}
