export { InvalidImage, type InvalidImageReason } from './invalidImage';
export { decodePng16, MAX_FILE_BYTES, MAX_PIXELS } from './png16';
export type { HounsfieldSlice } from './slice';
export { readSlice, slicePath } from './sliceFile';
export { type KeySlice, loadStack } from './stack';
export { type InputSpec, prepareTensor, type SliceStack } from './tensor';
export {
  type HounsfieldWindow,
  parseWindowParameter,
  WINDOW_PRESETS,
  type WindowFunction,
  type WindowSetting,
  windowedValue,
  windowFromRange,
  windowToBytes,
} from './window';
