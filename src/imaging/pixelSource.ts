import { isBucketRoot } from '../objects';
import { bucketFiles } from './bucketFiles';
import { folderFiles } from './folderFiles';
import type { PixelSource } from './pixelPlace';

/** @param root an image root, or a path below it */
export function sourceOf(root: string): PixelSource {
  return isBucketRoot(root) ? bucketFiles : folderFiles;
}
