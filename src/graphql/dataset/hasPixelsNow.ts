import type { ImageRow } from '../../dataset';
import type { Loaders } from '../core/loaders';

/** @returns whether an image had a pixel file at the import and its data set's folder is there now */
export async function hasPixelsNow({ hasPixels, datasetId }: ImageRow, loaders: Loaders): Promise<boolean> {
  return hasPixels && (await loaders.imageRootOfDataset.load(datasetId))?.isThere === true;
}
