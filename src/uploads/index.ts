/** What callers bring: slices, series and models, and the detections in them, until they expire. */
export {
  findDetectionProgress,
  findDetectionSlices,
  findLatestDetection,
  findUploadDetection,
  findUploadDetectionIfThere,
  type UploadDetectionRow,
  type UploadDetectionSliceRow,
} from './detectionRows';
export type { DetectInUploadRequest } from './detector';
export { MAX_SLICE_BYTES, MAX_ZIP_FILES } from './limits';
export { PIXEL_CONVENTION as UPLOAD_PIXEL_CONVENTION } from './pixelConvention';
export { UPLOAD_KINDS, type UploadKind } from './readRequest';
export { type UploadReason, UploadRefused } from './refusal';
export { nameOfRemovedTag } from './removedTags';
export { FULL_RETRY_SECONDS, NoRoom } from './room';
export { findOrphanedUploads, findUploadIds, uploadsFolder } from './uploadFolders';
export {
  findImageUpload,
  findUpload,
  findUploadIfThere,
  findUploadTotals,
  type ImageUploadRow,
  type UploadRow,
} from './uploadRows';
export { type PixelClaim, Uploads, type UploadsOptions } from './uploads';
export { watchUploadDetection } from './watchDetection';
export { sliceFileName } from './writtenSlice';
