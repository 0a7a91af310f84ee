import {
  type HounsfieldSlice,
  InvalidImage,
  parseWindowParameter,
  readSlice,
  slicePath,
  type WindowSetting,
  windowFromRange,
} from '../imaging';

/** A key slice as the data set describes it. */
interface KeySliceFile {
  fileName: string;
  width: number;
  height: number;
  imageRoot: string;
}

/** @throws UserError where there is no such pixel file, or it is not what the data set says */
export async function readKeySlice({ fileName, width, height, imageRoot }: KeySliceFile): Promise<HounsfieldSlice> {
  const slice = await readSlice(slicePath(imageRoot, fileName), imageRoot);
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
