import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { ID, Int, ObjectType } from 'type-graphql';
import type { DatasetCounts as CountsRow, DatasetEditRow, DatasetRow } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
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

  @Column(() => String, 'Short name for queries and commands; alone it stands for the latest version.')
  declare readonly slug: string;

  @Column(() => Int, 'Version, counted from 1. `slug@version` names it wherever a data set is asked for.')
  declare readonly version: number;

  @Column(() => Boolean, 'Whether no newer version is there.')
  declare readonly isLatest: boolean;

  @Column(() => String, 'Name for people.')
  declare readonly name: string;

  @Column(() => String, 'What it is, in a few sentences; may be empty.')
  declare readonly description: string;

  @Column(() => String, 'Licence, as an SPDX identifier where there is one; may be empty.')
  declare readonly licence: string;

  @Column(() => String, 'How to cite it; may be empty.')
  declare readonly citation: string;

  @Column(() => Boolean, 'Whether it is made by a program and not from patients.')
  declare readonly synthetic: boolean;

  @Column(() => PixelConventionEnum, 'How all its boxes and axes count pixels.')
  declare readonly pixelConvention: DatasetRow['pixelConvention'];

  @Column(() => String, 'Format of the source file: `dl-info` or `coco`.')
  declare readonly sourceFormat: string;

  @Column(() => String, 'Name of the source file.')
  declare readonly sourceFile: string;

  @Column(() => String, 'SHA-256 of the source file, in hexadecimal.')
  declare readonly sourceSha256: string;

  @Column(
    () => GraphQLJSON,
    'What the importer found: counts, rows left out, boxes that differ from their axes, and notes on what it took in part.',
    {
      nullable: true,
    },
  )
  declare readonly importReport: unknown;

  @Column(() => GraphQLDateTime, 'When it was imported (UTC).')
  declare readonly importedAt: Date;
}

@ObjectType({ description: 'A change of what a data set version says of itself.' })
export class DatasetEdit {
  constructor(readonly row: DatasetEditRow) {}

  @Column(() => DatasetTextFieldEnum, 'What was changed.')
  declare readonly field: DatasetEditRow['field'];

  @Column(() => String, 'What it was.')
  declare readonly oldText: string;

  @Column(() => String, 'What it became.')
  declare readonly newText: string;

  @Column(() => DatasetEditSourceEnum, 'By what it was changed.')
  declare readonly source: DatasetEditRow['source'];

  @Column(() => String, 'Who changed it; null where the command was not told.', { nullable: true })
  declare readonly editor: string | null;

  @Column(() => GraphQLDateTime, 'When it was changed (UTC).')
  declare readonly editedAt: Date;
}

@ObjectType({ description: 'How many rows a data set version has of each kind.' })
export class DatasetCounts {
  constructor(readonly row: CountsRow) {}

  @Column(() => Int, 'Patients.')
  declare readonly patients: number;

  @Column(() => Int, 'Studies with at least one bookmarked image.')
  declare readonly studies: number;

  @Column(() => Int, 'Series with at least one bookmarked image.')
  declare readonly series: number;

  @Column(() => Int, 'Bookmarked images.')
  declare readonly images: number;

  @Column(() => Int, 'Bookmarked images whose pixel file was there at the import.')
  declare readonly imagesWithPixels: number;

  @Column(() => Int, 'Lesions.')
  declare readonly lesions: number;
}

export const DatasetConnection = connectionOf(Dataset, 'Dataset', 'data sets');
