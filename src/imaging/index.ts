/** 16-bit PNG files to Hounsfield slices, windows, tensors and pictures. Keeps sharp. */
export { encodePng16 } from './encodePng16';
export { findBelow } from './folderFiles';
export { HeldPixels, holdStacks } from './heldPixels';
export { InvalidImage, type InvalidImageReason, PixelFileMissing } from './invalidImage';
export { type CropPlace, cropSquare } from './lesionCrop';
export { renderMontage, type Tile } from './montage';
export {
  filesAround,
  findNeighbour,
  findSliceReach,
  type KeySlice,
  knownInterval,
  MAX_NEIGHBOUR_OFFSET,
  type NeighbourFile,
  type PlacedKeySlice,
  readNeighbour,
  type SliceReach,
} from './neighbours';
export { PIXEL_CONVENTIONS, type PixelConvention } from './pixelConvention';
export type { FilePlace, PixelSource } from './pixelPlace';
export { sourceOf } from './pixelSource';
export { decodePng16, decodePng16Here, MAX_FILE_BYTES, type SliceDecoder } from './png16';
export {
  type LineStyle,
  MARK_COLORS,
  MAX_RENDERED_SIZE,
  type Mark,
  RENDERER_VERSION,
  type Region,
  type RenderOptions,
  regionAround,
  renderSlice,
  renderTile,
} from './render';
export type { HounsfieldSlice } from './slice';
export {
  checkStatedSize,
  inspectSliceFile,
  isImportedFile,
  type PixelFileFacts,
  type PlacedSlice,
  type ReadKeySlice,
  readKeySlice,
  readSlice,
  type SliceFile,
  type StatedSlice,
  sliceFilePath,
  slicePath,
} from './sliceFile';
export { type LoadedStack, loadStack } from './stack';
export { type InputSpec, prepareTensor, type SliceStack, tensorLength } from './tensor';
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
