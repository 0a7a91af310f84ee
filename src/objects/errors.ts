import { Unavailable } from '../errors';

/** An operator repairs it, or the store comes back. */
const RETRY_SECONDS = 30;

/** The object storage did not answer, or answered with a fault of its own, several times. */
export class ObjectStorageAway extends Unavailable {
  constructor(options?: ErrorOptions) {
    super(
      'The object storage of the images is not reachable at the moment: try again.',
      RETRY_SECONDS,
      undefined,
      options,
    );
  }
}

/** Why the object storage refuses what this server asks for. */
export type RefusalReason = 'NOT_SET_UP' | 'NO_BUCKET' | 'NO_ACCESS' | 'WRONG_REGION';

const TEXTS: Record<RefusalReason, string> = {
  NOT_SET_UP: 'this process was given no settings of an object storage.',
  NO_BUCKET: 'it has no bucket of that name: check the address of the images and S3_ENDPOINT.',
  NO_ACCESS:
    'it does not accept the key, or the key may not read and list the bucket: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  WRONG_REGION: "the bucket is in another region than AWS_REGION says, or has another endpoint than S3_ENDPOINT's.",
};

/** The object storage refuses all objects of a bucket: the settings have to be corrected, on this machine or there. */
export class ObjectStorageRefused extends Unavailable {
  constructor(readonly reason: RefusalReason) {
    super(`The object storage of the images refuses this server: ${TEXTS[reason]}`, RETRY_SECONDS);
  }
}

/** An object that is larger than what its reader accepts. */
export class ObjectTooLarge extends Error {
  constructor(readonly bytes: number) {
    super(`An object has ${bytes} bytes.`);
  }
}
