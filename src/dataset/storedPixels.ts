/** All pixel files of a data set version, for what reads each of them: backups and checks. */
import type { Queryable } from '../database';
import type { PlacedKeySlice } from '../imaging';

/** A version whose images have a folder. */
export interface RootedVersion {
  id: number;
  slug: string;
  version: number;
  imageRoot: string;
  followLinks: boolean;
}

/** A key slice that has a pixel file, and where it is. */
export interface StoredKeySlice extends PlacedKeySlice {
  /** row id of the image */
  id: number;
}

/** What a key slice is read with; the folder is that of its data set version. */
export const KEY_SLICE_FIELDS = {
  id: true,
  fileName: true,
  sliceIndex: true,
  sliceIntervalMm: true,
  width: true,
  height: true,
  pixelPath: true,
  pixelSha256: true,
} as const;

const PAGE = 1_000;

/** @returns all versions that have an image folder, by slug and version */
export async function findRootedVersions(database: Queryable): Promise<RootedVersion[]> {
  const rows = await database.prisma.dataset.findMany({
    where: { imageRoot: { not: null } },
    select: { id: true, slug: true, version: true, imageRoot: true, followLinks: true },
    orderBy: [{ slug: 'asc' }, { version: 'asc' }],
  });
  return rows.flatMap(({ imageRoot, ...row }) => (imageRoot === null ? [] : [{ ...row, imageRoot }]));
}

/** The key slices of a version whose import found their file, in pages, because there may be a million. */
export async function* storedKeySlices(
  database: Queryable,
  { id: datasetId, imageRoot, followLinks }: Pick<RootedVersion, 'id' | 'imageRoot' | 'followLinks'>,
): AsyncGenerator<StoredKeySlice> {
  for (let after = 0; ; ) {
    const rows = await database.prisma.bookmarkedImage.findMany({
      where: { datasetId, hasPixels: true, id: { gt: after } },
      select: KEY_SLICE_FIELDS,
      orderBy: { id: 'asc' },
      take: PAGE,
    });
    for (const row of rows) yield { ...row, imageRoot, followLinks };
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}

/** Says where the pixel files of a version are, after they were copied there as they were below the folder before. */
export async function placeImages(
  database: Queryable,
  { slug, version }: Pick<RootedVersion, 'slug' | 'version'>,
  imageRoot: string,
): Promise<void> {
  await database.prisma.dataset.updateMany({ where: { slug, version }, data: { imageRoot } });
}
