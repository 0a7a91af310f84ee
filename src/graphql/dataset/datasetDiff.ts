import { Int, ObjectType } from 'type-graphql';
import {
  type ComparedVersions,
  DATASET_CHANGE_KINDS,
  type DatasetChangeKind,
  type DatasetRow,
  type DiffCounts as DiffCountsRow,
  type LesionChangeRow,
} from '../../dataset';
import { connectionOf } from '../core/connection';
import { defineEnum } from '../core/enums';
import { declareList } from '../core/listBounds';
import { Column, Property } from '../core/property';
import { Dataset } from './dataset';

export const DatasetChangeKindEnum = defineEnum(
  'DatasetChangeKind',
  'What became of a row from one data set version to another.',
  DATASET_CHANGE_KINDS,
  {
    ADDED: 'Only the second version has it.',
    REMOVED: 'Only the first version has it.',
    CHANGED: 'Both versions have it, with other values.',
  },
);

@ObjectType({ description: 'Number of rows of one kind by what became of them from one data set version to another.' })
export class DiffCounts {
  constructor(readonly row: DiffCountsRow) {}

  @Column(() => Int, 'Rows that only the second version has.')
  declare readonly added: number;

  @Column(() => Int, 'Rows that only the first version has.')
  declare readonly removed: number;

  @Column(() => Int, 'Rows that both versions have, with other values.')
  declare readonly changed: number;

  @Column(() => Int, 'Rows that are the same in both versions.')
  declare readonly unchanged: number;
}

@ObjectType({
  description:
    'What differs between two data set versions. Rows are matched by their names in the source: patients by index, studies by ' +
    'patient and index, images by file name. Lesions of an image are matched by their bounding box, and those that are left in ' +
    'the order of the source.',
})
export class DatasetDiff {
  constructor(
    private readonly first: DatasetRow,
    private readonly second: DatasetRow,
  ) {}

  get versions(): ComparedVersions {
    return { a: this.first.id, b: this.second.id };
  }

  @Property(() => Dataset, 'The first version.')
  get a(): Dataset {
    return new Dataset(this.first);
  }

  @Property(() => Dataset, 'The second version.')
  get b(): Dataset {
    return new Dataset(this.second);
  }
}

@ObjectType({ description: 'A lesion that differs between two data set versions.' })
export class LesionChange {
  constructor(readonly row: LesionChangeRow) {}

  @Column(() => DatasetChangeKindEnum, 'What became of it.')
  declare readonly kind: DatasetChangeKind;

  @Column(
    () => [String],
    'Names of the fields of `Lesion` whose values differ; empty unless it was changed. The row in the source file is not compared.',
  )
  declare readonly fields: string[];
}
declareList('LesionChange.fields', { most: 20, because: 'Fields of a lesion that are compared.' });

export const LesionChangeConnection = connectionOf(LesionChange, 'LesionChange', 'lesions that differ');
