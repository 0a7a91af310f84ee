import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { FeatureMap as RoomMap } from '../../categorization';
import { toGlobalId } from '../../globalId';
import { Property } from '../core/property';

@ObjectType({
  description:
    'The lesions of a categorization as points of a plane, similar ones near one another: a projection of their encoder ' +
    'features. The lists are parallel: item n of each belongs to point n.',
})
export class FeatureMap {
  constructor(
    private readonly map: RoomMap,
    /** `slug@version` of the data set */
    private readonly dataset: string,
  ) {}

  @Property(
    () => String,
    'The projection: `PCA`, the first two principal components of the features of the lesions shown. The sign of a ' +
      'component makes its coefficient of greatest absolute value positive.',
  )
  readonly method = 'PCA';

  @Property(() => Int, 'Number of lesions of the categorization with stored features.')
  get lesionCount(): number {
    return this.map.lesionCount;
  }

  @Property(() => Int, 'Every how many lesions there is a point: 1 if all are shown.')
  get stride(): number {
    return this.map.stride;
  }

  @Property(() => [Float], 'Shares of the variance of the features along x and y, each 0 to 1.')
  get explainedVariance(): readonly number[] {
    return this.map.explained;
  }

  @Property(() => [ID], 'Global ids of the lesions.')
  get lesionIds(): string[] {
    return this.map.sourceRows.map((sourceRowIndex) => toGlobalId('Lesion', { dataset: this.dataset, sourceRowIndex }));
  }

  @Property(() => [Float], 'Coordinates along the first component, in the units of the features; their mean is 0.')
  get x(): readonly number[] {
    return this.map.x;
  }

  @Property(() => [Float], 'Coordinates along the second component, in the units of the features; their mean is 0.')
  get y(): readonly number[] {
    return this.map.y;
  }

  @Property(() => [Int], '`clusterIndex` of the pseudo-clusters of the lesions.')
  get clusterIndexes(): readonly number[] {
    return this.map.clusterIndexes;
  }
}
