import {
  type HounsfieldSlice,
  InvalidImage,
  parseWindowParameter,
  readKeySliceFile,
  type SliceFile,
  type WindowSetting,
  windowFromRange,
} from '../imaging';

/** A key slice as the data set describes it. */
interface KeySliceFile extends SliceFile {
  width: number;
  height: number;
}

/** @throws UserError where there is no such pixel file, or it is not what the data set says */
export async function readKeySlice(file: KeySliceFile): Promise<HounsfieldSlice> {
  const { fileName, width, height } = file;
  const slice = await readKeySliceFile(file);
  if (slice.width === width && slice.height === height) return slice;
  throw new InvalidImage(
    'SIZE_DIFFERS',
    `${fileName} has ${slice.width} × ${slice.height} pixels, but the data set says ${width} × ${height}: its boxes would not fit.`,
  );
}

/** @param windows low, high, low, high … in HU; the first is the default one, the abdomen's where there is none */
export function defaultWindow([low, high]: readonly number[]): WindowSetting {
  if (low !== undefined && high !== undefined && high > low) return windowFromRange(low, high);
  return parseWindowParameter('abdomen');
}
