import type { Queryable } from '../database';
import { findSliceReach, type SliceReach } from '../imaging';
import { createLimiter } from '../limiter';
import { KEY_SLICE_FIELDS } from './storedPixels';

/** The slices on disk around the key slice of an image, counted from it. */
export interface ImageSliceReach extends SliceReach {
  readonly imageId: number;
}

/** File systems are asked for one slice after another; more images at once would only wait in Node's few threads. */
const walking = createLimiter(4);

/**
 * Looks which slices of their series are on this machine around key slices, without a gap and at most 50 on each side.
 *
 * @param imageIds row ids
 * @returns one row per image whose data set has an image folder, in any order
 */
export async function findSliceReaches(database: Queryable, imageIds: readonly number[]): Promise<ImageSliceReach[]> {
  const images = await database.prisma.bookmarkedImage.findMany({
    where: { id: { in: [...imageIds] }, dataset: { imageRoot: { not: null } } },
    select: { ...KEY_SLICE_FIELDS, dataset: { select: { imageRoot: true, followLinks: true } } },
  });
  const reaches = images.map(({ id, dataset: { imageRoot, followLinks }, ...key }) =>
    walking(async () =>
      imageRoot === null ? [] : [{ imageId: id, ...(await findSliceReach({ ...key, imageRoot, followLinks })) }],
    ),
  );
  return (await Promise.all(reaches)).flat();
}
