import { join, posix } from 'node:path';
import { BadUserInput, quoted } from '../errors';

const SCHEME = 's3://';
/** The names that every store of the protocol accepts; an underscore or a capital would not fit into a host name. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const MAX_KEY_BYTES = 1_024;

/** An object of a bucket. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Whether a root of files is a bucket, and not a folder of this machine. */
export function isBucketRoot(root: string): boolean {
  return root.startsWith(SCHEME);
}

/**
 * @param text `s3://BUCKET` or `s3://BUCKET/PREFIX`
 * @returns the same in the form in which it is stored: without a slash at its end
 * @throws BadUserInput if it is no such address
 */
export function parseBucketRoot(text: string): string {
  const [bucket = '', ...steps] = text.slice(SCHEME.length).replace(/\/+$/, '').split('/');
  if (!isBucketRoot(text) || !BUCKET.test(bucket) || bucket.includes('..') || !areSteps(steps))
    throw new BadUserInput(
      'Expected s3://BUCKET or s3://BUCKET/PREFIX: a bucket of 3 to 63 lower-case letters, digits, dots and hyphens, and no ' +
        `empty steps, "." and "..", got ${quoted(text)}.`,
      'images',
    );
  return [SCHEME + bucket, ...steps].join('/');
}

/**
 * @param path below a bucket root
 * @returns null for a path that no object can have
 */
export function objectAt(path: string): ObjectAddress | null {
  const [bucket = '', ...steps] = path.slice(SCHEME.length).split('/');
  const key = steps.join('/');
  return areSteps(steps) && Buffer.byteLength(key) <= MAX_KEY_BYTES ? { bucket, key } : null;
}

/** @returns what the keys of the objects in a folder begin with; `key` is empty or ends with a slash */
export function folderAt(path: string): ObjectAddress {
  const [bucket = '', ...steps] = path.slice(SCHEME.length).split('/');
  return { bucket, key: steps.length === 0 ? '' : `${steps.join('/')}/` };
}

/** Addresses lose such steps on their way, so that another object would be read. */
const areSteps = (steps: readonly string[]): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no key of ours has them, and XML cannot express them
  steps.every((step) => step !== '' && step !== '.' && step !== '..' && !/[\u0000-\u001f\u007f]/.test(step));

/** Joins steps to a root: a folder of this machine or a bucket. */
export function below(root: string, ...steps: readonly string[]): string {
  if (!isBucketRoot(root)) return join(root, ...steps);
  const path = posix.join(...steps);
  return path === '.' ? root : `${root}/${path}`;
}
