import { Float, ID, Int, ObjectType } from 'type-graphql';
import { type ImageRow, imageKey } from '../../dataset';
import { toGlobalId } from '../../globalId';
import { connectionOf } from '../core/connection';
import { detail } from '../core/found';
import { Node } from '../core/node';
import { Column, Property } from '../core/property';
import { SplitEnum } from './enums';
import { HounsfieldWindow } from './hounsfieldWindow';

@ObjectType({
  implements: Node,
  description: 'A key slice, on which a radiologist measured (bookmarked) at least one lesion.',
})
export class BookmarkedImage implements Node {
  constructor(readonly row: ImageRow) {}

  @Property(() => ID, 'Global id; it is also the ID in the URL `/images/ID.png`.')
  get id(): string {
    return toGlobalId('BookmarkedImage', imageKey(this.row));
  }

  @Column(() => String, 'File name in the source (DL_info.csv: File_name), e.g. `000001_01_01_109.png`.')
  declare readonly fileName: string;

  @Column(() => Int, 'Index of the slice within its series (DL_info.csv: Key_slice_index).')
  declare readonly sliceIndex: number;

  @Property(
    () => Int,
    'First slice of the range around the key slice that the source provides (DL_info.csv: Slice_range).',
    {
      nullable: true,
    },
  )
  get sliceRangeFirst(): number | null {
    return detail(this.row.sliceRangeFirst);
  }

  @Property(
    () => Int,
    'Last slice of the range around the key slice that the source provides (DL_info.csv: Slice_range).',
    {
      nullable: true,
    },
  )
  get sliceRangeLast(): number | null {
    return detail(this.row.sliceRangeLast);
  }

  @Column(() => Int, 'Width in pixels (DL_info.csv: Image_size).')
  declare readonly width: number;

  @Column(() => Int, 'Height in pixels (DL_info.csv: Image_size).')
  declare readonly height: number;

  @Column(() => Float, 'Pixel spacing in mm (DL_info.csv: Spacing_mm_px_, first value).', { nullable: true })
  declare readonly pixelSpacingMm: number | null;

  @Property(() => Float, 'Distance between neighbouring slices in mm (DL_info.csv: Spacing_mm_px_, third value).', {
    nullable: true,
  })
  get sliceIntervalMm(): number | null {
    return detail(this.row.sliceIntervalMm);
  }

  @Property(
    () => [HounsfieldWindow],
    'Hounsfield windows that the source gives for reading the slice (DL_info.csv: DICOM_windows); ' +
      'the first is the default.',
  )
  get windows(): HounsfieldWindow[] {
    return HounsfieldWindow.list(detail(this.row.windows));
  }

  @Column(() => SplitEnum, 'The split of the data set (DL_info.csv: Train_Val_Test).')
  declare readonly split: ImageRow['split'];

  @Property(
    () => String,
    'SHA-256 of its pixel file at the time of the import, in hexadecimal; null if there was no pixel ' +
      'file or the import computed no checksums. Checksums are not kept for neighbouring slices. If ' +
      'the file has changed since, pictures have the header `X-DeepLesion-Pixels: CHANGED` and runs ' +
      'set `pixelsChanged`.',
    { nullable: true },
  )
  get pixelSha256(): string | null {
    return detail(this.row.pixelSha256);
  }
}

export const BookmarkedImageConnection = connectionOf(BookmarkedImage, 'BookmarkedImage', 'bookmarked images');
