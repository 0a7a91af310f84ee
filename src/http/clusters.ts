import type { Router } from 'express';
import { withoutSignature } from '../access';
import {
  findDatasetOfCategorization,
  findMontageCluster,
  findMontageLesions,
  type MontageLesion,
} from '../categorization';
import { NotFound, UserError } from '../errors';
import { RENDERER_VERSION, readKeySlice, regionAround, renderMontage, renderTile, type Tile } from '../imaging';
import type { PictureSight, SightOf } from './doors';
import { toContinuous } from './imageMarks';
import { idOfPicture } from './imageRequest';
import { type Query, readParameters, refuseParameter } from './parameters';
import { createPictureRouter, type Picture, type RenderedPicture, type RenderPlaces } from './pictures';
import { defaultWindow } from './pixels';

const COUNT = { low: 1, high: 100, default: 16 };
const SIZE = { low: 16, high: 256, default: 96 };
/** A tile shows the lesion's box and this much of its longer side around it. */
const SIDE_IN_BOXES = 2.5;

async function findMontage(sight: PictureSight, file: string, given: Query): Promise<Picture> {
  const { database, isSigned } = sight;
  const query = isSigned ? withoutSignature(given) : given;
  const id = idOfPicture(file);
  if (id?.type !== 'PseudoCluster')
    throw new NotFound(
      `Expected /clusters/ID.png with the id of a pseudo-cluster; there is no ${JSON.stringify(file.slice(0, 120))}.`,
      'id',
    );
  const parameters = readParameters(query, ['count', 'size']);
  const count = wholeNumber('count', parameters.count, COUNT);
  const size = wholeNumber('size', parameters.size, SIZE);
  const uuid = id.key.categorization;
  // Its id does not name the data set that it belongs to.
  const dataset = await findDatasetOfCategorization(sight.databaseAsAccepted, uuid);
  if (dataset !== null) await sight.expectTerms(dataset);
  const cluster = await findMontageCluster(database, id.key);
  if (!cluster) throw new NotFound('There is no pseudo-cluster with this id.', 'id');
  const members = await findMontageLesions(database, cluster.id, count);
  if (members.length === 0)
    throw new NotFound('No lesion of this pseudo-cluster has a pixel file on this server (hasPixels is false).', 'id');
  return {
    dependsOn: [RENDERER_VERSION, 'montage', id.key, size, members],
    // Pixel files that are added later change which of the lesions that can be shown are most typical.
    settled: cluster.withoutPixels === 0,
    isPrivate: isSigned || dataset === null || !(await sight.isPublic(dataset)),
    render: (isWanted) => render(members, size, isWanted),
  };
}

/** A file that is gone or broken leaves its tile out, and the picture is not kept. */
async function render(
  members: readonly MontageLesion[],
  size: number,
  isWanted: () => boolean,
): Promise<RenderedPicture> {
  const tiles: Tile[] = [];
  const changedPixels: string[] = [];
  for (const member of members) {
    if (!isWanted()) break;
    const tile = await tileOf(member, size).catch((thrown: unknown) => {
      if (thrown instanceof UserError) return null;
      throw thrown;
    });
    if (tile) tiles.push(tile.tile);
    if (tile?.changedSha256) changedPixels.push(tile.changedSha256);
  }
  if (tiles.length === 0)
    throw new NotFound('The pixel files of the most typical lesions are missing or cannot be read.', 'id');
  return { body: await renderMontage(tiles, size), keep: tiles.length === members.length, changedPixels };
}

/** @returns the tile, and the checksum of its pixel file if that differs from the import */
async function tileOf(member: MontageLesion, size: number): Promise<{ tile: Tile; changedSha256: string | null }> {
  const { slice, pixelsChanged, sha256 } = await readKeySlice(member);
  const box = toContinuous(member, member.pixelConvention);
  const marginPx = ((SIDE_IN_BOXES - 1) / 2) * Math.max(box.x2 - box.x1, box.y2 - box.y1);
  const region = regionAround(box, marginPx, slice);
  const tile = await renderTile(slice, {
    window: defaultWindow(member.windows),
    region,
    size,
    marks: [{ kind: 'box', ...box, color: 'lesion' }],
  });
  return { tile, changedSha256: pixelsChanged ? sha256 : null };
}

function wholeNumber(
  name: string,
  text: string | undefined,
  { low, high, default: otherwise }: { low: number; high: number; default: number },
): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (value >= low && value <= high) return value;
  return refuseParameter(name, `a whole number from ${low} to ${high}`, text);
}

/**
 * `GET /ID.png?count=16&size=96`, with ID the global id of a pseudo-cluster: its most typical lesions, nearest to the
 * centroid first, as tiles of one 8-bit PNG. Mount it at `/clusters`.
 *
 * @param sightOf what the caller of a request sees
 */
export function createClusterRouter(places: RenderPlaces, sightOf: SightOf): Router {
  return createPictureRouter(places, (file, query, request) => findMontage(sightOf(request), file, query));
}
