import { ID, Int, ObjectType } from 'type-graphql';
import { type SeriesRow, seriesKey } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';

@ObjectType({ implements: Node, description: 'One reconstructed volume of a study: a stack of parallel slices.' })
export class Series implements Node {
  constructor(readonly row: SeriesRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Series', seriesKey(this.row));
  }

  @Column(() => Int, "The source's index of the series (DL_info.csv: Series_ID); unique within the study.")
  declare readonly seriesIndex: number;
}
