import { Float, ID, Int, ObjectType } from 'type-graphql';
import type { ImageRow } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { SplitEnum } from './enums';
import { HounsfieldWindow } from './hounsfieldWindow';

@ObjectType({
  implements: Node,
  description: 'The key slice that a radiologist bookmarked by measuring at least one lesion on it.',
})
export class BookmarkedImage implements Node {
  constructor(readonly row: ImageRow) {}

  @Property(() => ID, 'Global id; also the ID of `/images/ID.png`.')
  get id(): string {
    return toGlobalId('BookmarkedImage', this.row.id);
  }

  @Column(() => String, 'File name of the source (DL_info.csv: File_name), e.g. `000001_01_01_109.png`.')
  declare readonly fileName: string;

  @Column(() => Int, "The slice's index within its series (DL_info.csv: Key_slice_index).")
  declare readonly sliceIndex: number;

  @Column(
    () => Int,
    'First slice of the series that the source offers round the key slice (DL_info.csv: Slice_range).',
    {
      nullable: true,
    },
  )
  declare readonly sliceRangeFirst: number | null;

  @Column(
    () => Int,
    'Last slice of the series that the source offers round the key slice (DL_info.csv: Slice_range).',
    {
      nullable: true,
    },
  )
  declare readonly sliceRangeLast: number | null;

  @Column(() => Int, 'Width in pixels (DL_info.csv: Image_size).')
  declare readonly width: number;

  @Column(() => Int, 'Height in pixels (DL_info.csv: Image_size).')
  declare readonly height: number;

  @Column(() => Float, 'Edge of a pixel in mm (DL_info.csv: Spacing_mm_px_, first value).', { nullable: true })
  declare readonly pixelSpacingMm: number | null;

  @Column(() => Float, 'Distance of neighbouring slices in mm (DL_info.csv: Spacing_mm_px_, third value).', {
    nullable: true,
  })
  declare readonly sliceIntervalMm: number | null;

  @Property(
    () => [HounsfieldWindow],
    'Hounsfield windows that the source gives for reading the slice (DL_info.csv: DICOM_windows); the first is the default.',
  )
  get windows(): HounsfieldWindow[] {
    return HounsfieldWindow.list(this.row.windows);
  }

  @Column(() => SplitEnum, 'The part of the data set it belongs to (DL_info.csv: Train_Val_Test).')
  declare readonly split: ImageRow['split'];

  @Column(
    () => String,
    'SHA-256 of its pixel file at the import, in hexadecimal; null without pixels, and for imports that took none. Neighbouring slices have none. A picture of another file says `X-DeepLesion-Pixels: CHANGED`, a run `pixelsChanged`.',
    { nullable: true },
  )
  declare readonly pixelSha256: string | null;
}

export const BookmarkedImageConnection = connectionOf(BookmarkedImage, 'BookmarkedImage', 'bookmarked images');
