import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import type { DatasetCounts as CountsRow, DatasetEditRow, DatasetRow } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Property } from '../core/property';
import { DatasetEditSourceEnum, DatasetTextFieldEnum, PixelConventionEnum } from './enums';

@ObjectType({
  implements: Node,
  description:
    'One version of a data set. Its rows never change: a changed source file makes a new version. What it says of itself may: `edits` has what it was.',
})
export class Dataset implements Node {
  constructor(readonly row: DatasetRow) {}

  @Property(() => ID, 'Global id of this version.')
  get id(): string {
    return toGlobalId('Dataset', this.row.id);
  }

  @Property(() => String, 'Short name for queries and commands; alone it stands for the latest version.')
  get slug(): string {
    return this.row.slug;
  }

  @Property(() => Int, 'Version, counted from 1. `slug@version` names it wherever a data set is asked for.')
  get version(): number {
    return this.row.version;
  }

  @Property(() => Boolean, 'Whether no newer version is there.')
  get isLatest(): boolean {
    return this.row.isLatest;
  }

  @Property(() => String, 'Name for people.')
  get name(): string {
    return this.row.name;
  }

  @Property(() => String, 'What it is, in a few sentences; may be empty.')
  get description(): string {
    return this.row.description;
  }

  @Property(() => String, 'Licence, as an SPDX identifier where there is one; may be empty.')
  get licence(): string {
    return this.row.licence;
  }

  @Property(() => String, 'How to cite it; may be empty.')
  get citation(): string {
    return this.row.citation;
  }

  @Property(() => Boolean, 'Whether it is made by a program and not from patients.')
  get synthetic(): boolean {
    return this.row.synthetic;
  }

  @Property(() => PixelConventionEnum, 'How all its boxes and axes count pixels.')
  get pixelConvention() {
    return this.row.pixelConvention;
  }

  @Property(() => String, 'Format of the source file: `dl-info` or `coco`.')
  get sourceFormat(): string {
    return this.row.sourceFormat;
  }

  @Property(() => String, 'Name of the source file.')
  get sourceFile(): string {
    return this.row.sourceFile;
  }

  @Property(() => String, 'SHA-256 of the source file, in hexadecimal.')
  get sourceSha256(): string {
    return this.row.sourceSha256;
  }

  @Property(
    () => GraphQLJSON,
    'What the importer found: counts, rows left out, boxes that differ from their axes, and notes on what it took in part.',
    {
      nullable: true,
    },
  )
  get importReport(): unknown {
    return this.row.importReport;
  }

  @Property(() => GraphQLDateTime, 'When it was imported (UTC).')
  get importedAt(): Date {
    return this.row.importedAt;
  }
}

@ObjectType({ description: 'A change of what a data set version says of itself.' })
export class DatasetEdit {
  constructor(private readonly row: DatasetEditRow) {}

  @Property(() => DatasetTextFieldEnum, 'What was changed.')
  get field() {
    return this.row.field;
  }

  @Property(() => String, 'What it was.')
  get oldText(): string {
    return this.row.oldText;
  }

  @Property(() => String, 'What it became.')
  get newText(): string {
    return this.row.newText;
  }

  @Property(() => DatasetEditSourceEnum, 'By what it was changed.')
  get source() {
    return this.row.source;
  }

  @Property(() => String, 'Who changed it; null where the command was not told.', { nullable: true })
  get editor(): string | null {
    return this.row.editor;
  }

  @Property(() => GraphQLDateTime, 'When it was changed (UTC).')
  get editedAt(): Date {
    return this.row.editedAt;
  }
}

@ObjectType({ description: 'How many rows a data set version has of each kind.' })
export class DatasetCounts {
  constructor(readonly row: CountsRow) {}

  @Property(() => Int, 'Patients.')
  get patients(): number {
    return this.row.patients;
  }

  @Property(() => Int, 'Studies with at least one bookmarked image.')
  get studies(): number {
    return this.row.studies;
  }

  @Property(() => Int, 'Series with at least one bookmarked image.')
  get series(): number {
    return this.row.series;
  }

  @Property(() => Int, 'Bookmarked images.')
  get images(): number {
    return this.row.images;
  }

  @Property(() => Int, 'Bookmarked images whose pixel file was there at the import.')
  get imagesWithPixels(): number {
    return this.row.imagesWithPixels;
  }

  @Property(() => Int, 'Lesions.')
  get lesions(): number {
    return this.row.lesions;
  }
}

export const DatasetConnection = connectionOf(Dataset, 'Dataset', 'data sets');
