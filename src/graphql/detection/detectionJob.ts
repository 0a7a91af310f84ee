import { GraphQLDateTime } from 'graphql-scalars';
import { Float, Int, ObjectType } from 'type-graphql';
import type { DetectionJobRow } from '../../models';
import { Property } from '../core/property';

/** What a run over a data set and a detection in an upload tell alike. It is no type of the graph by itself. */
@ObjectType()
export abstract class DetectionJob<Row extends DetectionJobRow> {
  constructor(readonly row: Row) {}

  @Property(() => Float, 'Boxes below this score were dropped, 0 to 1.')
  get scoreThreshold(): number {
    return this.row.scoreThreshold;
  }

  @Property(() => Float, 'Of two boxes that overlap more than this (IoU) the lower score was dropped, 0 to 1.')
  get nmsIouThreshold(): number {
    return this.row.nmsIouThreshold;
  }

  @Property(() => Int, 'Boxes kept of an image at most.')
  get maxDetectionsPerImage(): number {
    return this.row.maxDetectionsPerImage;
  }

  @Property(() => String, 'SHA-256 of the ONNX file that was run, in hexadecimal.')
  get modelSha256(): string {
    return this.row.modelSha256;
  }

  @Property(() => String, 'Version of this server that accepted it.')
  get codeVersion(): string {
    return this.row.codeVersion;
  }

  @Property(
    () => String,
    'Execution provider that was used: `cpu`, `webgpu` or `cuda`; several with a comma between where one failed at work or workers had different ones. Null before the start.',
    { nullable: true },
  )
  get executionProvider(): string | null {
    return this.row.executionProvider;
  }

  @Property(() => String, 'Why it failed.', { nullable: true })
  get error(): string | null {
    return this.row.error;
  }

  @Property(() => [String], 'What is worth knowing of how it went, e.g. an execution provider that fell back.')
  get warnings(): string[] {
    return this.row.warnings;
  }

  @Property(() => GraphQLDateTime, 'When it was accepted (UTC).')
  get createdAt(): Date {
    return this.row.createdAt;
  }

  @Property(() => GraphQLDateTime, 'When it ended (UTC).', { nullable: true })
  get finishedAt(): Date | null {
    return this.row.finishedAt;
  }
}
