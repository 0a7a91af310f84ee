import { statfs } from 'node:fs/promises';
import type { Queryable } from '../database';
import { messageOf, RateLimited } from '../errors';
import { KEPT_FREE_BYTES } from './limits';
import type { UploadCount } from './uploadPlaces';
import { findStoredUploads } from './uploadRows';

/** Uploads expire one by one, at times that are not known. */
export const FULL_RETRY_SECONDS = 600;
/** Interval of the checks of the disk during an upload. */
const LOOK_MS = 500;
/** A body and the files that were read from it exist at the same time for a while. */
const COPIES = 2;

/** What uploads may take. */
export interface RoomBounds {
  maxUploadsPerClient?: number;
  maxUploadedBytesPerClient?: number;
  maxUploadedBytes?: number;
  /** of the disk */
  keptFreeBytes?: number;
}

const NO_ROOM_ON_DISK =
  'The disk of the server has no room for this upload: try again later, or ask its operator to free some. ' +
  'Nothing of it was kept.';

/** The server has no room for an upload, which is no fault of the caller, for whom the message is written. */
export class NoRoom extends Error {
  constructor(options?: ErrorOptions, message = NO_ROOM_ON_DISK) {
    super(message, options);
    this.name = 'NoRoom';
  }
}

/** @returns whether a file could not be written because of the disk, here or in the process that reads */
export function isDiskFull(thrown: unknown): boolean {
  return /\b(?:ENOSPC|EDQUOT)\b/.test(messageOf(thrown));
}

/** The room for uploads: in sum, of each client, and on the disk, which the database may share. */
export class UploadRoom {
  private readonly bounds: Required<RoomBounds>;

  /** @param folder of the uploads */
  constructor(
    private readonly database: Queryable,
    private readonly folder: string,
    bounds: RoomBounds,
  ) {
    this.bounds = {
      maxUploadsPerClient: bounds.maxUploadsPerClient ?? Number.POSITIVE_INFINITY,
      maxUploadedBytesPerClient: bounds.maxUploadedBytesPerClient ?? Number.POSITIVE_INFINITY,
      maxUploadedBytes: bounds.maxUploadedBytes ?? Number.POSITIVE_INFINITY,
      keptFreeBytes: bounds.keptFreeBytes ?? KEPT_FREE_BYTES,
    };
  }

  /**
   * @param coming what the client is about to add
   * @param comingBytes what all clients are about to add, and is not on the disk yet
   * @throws RateLimited if uploads have to expire first
   * @throws NoRoom
   */
  async check(client: string, coming: UploadCount, comingBytes: number): Promise<void> {
    const { maxUploadsPerClient, maxUploadedBytesPerClient, maxUploadedBytes, keptFreeBytes } = this.bounds;
    const { bytes, own } = await findStoredUploads(this.database, client);
    if (own.count + coming.count > maxUploadsPerClient)
      throw full(`Expected at most ${maxUploadsPerClient} uploads of one client (MAX_UPLOADS_PER_CLIENT)`);
    if (own.bytes + coming.bytes > maxUploadedBytesPerClient)
      throw full(
        `Expected uploads of one client to take at most ${maxUploadedBytesPerClient} bytes in all ` +
          `(MAX_UPLOADED_BYTES_PER_CLIENT), yours take ${own.bytes}`,
      );
    if (bytes + Math.max(coming.bytes, comingBytes) > maxUploadedBytes)
      throw new NoRoom(
        undefined,
        `The uploads of all clients may take ${maxUploadedBytes} bytes in all (MAX_UPLOADED_BYTES), and take ${bytes}: send ` +
          'it again when some have expired, or ask the operator of the server for more. Nothing of it was kept.',
      );
    if ((await this.freeBytes()) - COPIES * comingBytes < keptFreeBytes) throw new NoRoom();
  }

  /**
   * Checks the disk while data of unknown size are written: a body without a length, a zip that is unpacked.
   *
   * @param gone aborts if the result is not needed any more
   * @param write is given a signal that aborts for either reason
   * @throws NoRoom in place of what `write` throws when there was no room
   */
  async watch<T>(gone: AbortSignal, write: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const full = new AbortController();
    const timer = setInterval(async () => {
      const free = await this.freeBytes().catch(() => Number.POSITIVE_INFINITY);
      if (free < this.bounds.keptFreeBytes / 2) full.abort(new NoRoom());
    }, LOOK_MS);
    try {
      return await write(AbortSignal.any([gone, full.signal]));
    } catch (thrown) {
      throw full.signal.aborted ? full.signal.reason : thrown;
    } finally {
      clearInterval(timer);
    }
  }

  private async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }
}

function full(what: string): RateLimited {
  return new RateLimited(
    `${what}: delete one by DELETE /uploads/ID, or send it again when one has expired.`,
    FULL_RETRY_SECONDS,
  );
}
