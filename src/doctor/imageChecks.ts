import type { Database } from '../database';
import {
  findRootedVersions,
  holdsSomething,
  missingImagesText,
  type RootedVersion,
  storedKeySlices,
  whyBucketUnreadable,
} from '../dataset';
import { messageOf, UserError } from '../errors';
import { readKeySlice } from '../imaging';
import { isBucketRoot } from '../objects';
import { type Finding, fail, ok, warn } from './finding';

/** Whether the image folder of each data set version is readable here, and its first key slice decodes. */
export async function checkImages(database: Database): Promise<Finding[]> {
  const versions = await findRootedVersions(database);
  if (versions.length === 0) return [ok('images', 'No data set has an image folder.')];
  return Promise.all(versions.map((version) => checkVersion(database, version)));
}

async function checkVersion(database: Database, version: RootedVersion): Promise<Finding> {
  const name = `${version.slug}@${version.version}`;
  const check = `images of ${name}`;
  const move = `Name their place: npx deeplesion dataset move ${name} --images DIR`;
  if (isBucketRoot(version.imageRoot)) {
    const reason = await whyBucketUnreadable(version.imageRoot).catch(messageOf);
    if (reason !== null) return fail(check, reason, `Correct the settings of the object storage. ${move}`);
  } else if (!(await holdsSomething(version.imageRoot))) return fail(check, missingImagesText(version), move);
  const sample = (await storedKeySlices(database, version).next()).value;
  if (!sample) return ok(check, `${placeOf(version)} is there; no image has a pixel file.`);
  try {
    const { pixelsChanged } = await readKeySlice(sample);
    if (pixelsChanged)
      return warn(
        check,
        `The first key slice, ${sample.fileName}, is not the file that was imported.`,
        `Find all of them: npx deeplesion verify ${name}`,
      );
    return ok(check, `${placeOf(version)} is readable, and its first key slice decodes.`);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return fail(check, messageOf(thrown), `Bring the file back, or find all of them: npx deeplesion verify ${name}`);
  }
}

const placeOf = ({ imageRoot }: RootedVersion): string =>
  isBucketRoot(imageRoot) ? imageRoot : `The folder ${imageRoot}`;
