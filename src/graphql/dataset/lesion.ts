import { Float, ID, Int, ObjectType } from 'type-graphql';
import { type LesionRow, lesionKey } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { detail } from '../core/found';
import { Axis, BoundingBox, NormalizedLocation, Point } from '../core/geometry';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { CoarseTypeEnum, SplitEnum } from './enums';

@ObjectType({
  implements: Node,
  description:
    'A lesion: one RECIST measurement (long and short diameter) on a bookmarked image, with its bounding box.',
})
export class Lesion implements Node {
  constructor(readonly row: LesionRow) {}

  @Property(() => ID, 'Global id.')
  get id(): string {
    return toGlobalId('Lesion', lesionKey(this.row));
  }

  @Column(
    () => Int,
    'Row of the lesion in the source file, starting at 0. Publications cite lesions by it (CADLab: lesion_idx).',
  )
  declare readonly sourceRowIndex: number;

  @Property(
    () => BoundingBox,
    'Bounding box of both axes with a padding of 5 px on each side (Yan et al. 2018), or the box of ' +
      'the source if there are no axes.',
  )
  get boundingBox(): BoundingBox {
    return new BoundingBox(this.row);
  }

  @Column(() => Float, 'Long RECIST diameter in mm (DL_info.csv: Lesion_diameters_Pixel_ × pixel spacing).', {
    nullable: true,
  })
  declare readonly longDiameterMm: number | null;

  @Column(() => Float, 'Short RECIST diameter in mm, perpendicular to the long diameter.', { nullable: true })
  declare readonly shortDiameterMm: number | null;

  @Property(() => Axis, 'The long axis (DL_info.csv: Measurement_coordinates). Null if the source has only boxes.', {
    nullable: true,
  })
  get longAxis(): Axis | null {
    return axisOf(detail(this.row.axes), 0);
  }

  @Property(() => Axis, 'The short axis (DL_info.csv: Measurement_coordinates). Null if the source has only boxes.', {
    nullable: true,
  })
  get shortAxis(): Axis | null {
    return axisOf(detail(this.row.axes), 4);
  }

  @Property(() => NormalizedLocation, 'Relative position in the body (DL_info.csv: Normalized_lesion_location).', {
    nullable: true,
  })
  get normalizedLocation(): NormalizedLocation | null {
    const x = detail(this.row.normalizedX);
    const y = detail(this.row.normalizedY);
    const z = detail(this.row.normalizedZ);
    return x === null || y === null || z === null ? null : new NormalizedLocation(x, y, z);
  }

  @Column(() => CoarseTypeEnum, 'Coarse lesion type (DL_info.csv: Coarse_lesion_type).')
  declare readonly coarseType: LesionRow['coarseType'];

  @Property(() => Boolean, "The authors' flag for a possibly noisy measurement (DL_info.csv: Possibly_noisy).")
  get possiblyNoisy(): boolean {
    return detail(this.row.possiblyNoisy);
  }

  @Column(() => SplitEnum, 'The split of the data set (DL_info.csv: Train_Val_Test).')
  declare readonly split: LesionRow['split'];
}

/** @param axes x and y of both end points of the long axis, then of the short axis; or empty */
function axisOf(axes: readonly number[], offset: number): Axis | null {
  const [startX, startY, endX, endY] = axes.slice(offset, offset + 4);
  if (startX === undefined || startY === undefined || endX === undefined || endY === undefined) return null;
  return new Axis(new Point(startX, startY), new Point(endX, endY));
}

export const LesionConnection = connectionOf(Lesion, 'Lesion', 'lesions');
