import { RateLimited } from '../errors';
import { MAX_AT_ONCE, MAX_AT_ONCE_PER_CLIENT, PLACES_FOR_NEWCOMERS } from './limits';

const RETRY_SECONDS = 5;

/** How many uploads there are, and of how many bytes. */
export interface UploadCount {
  count: number;
  bytes: number;
}

/** Who is sending uploads right now. */
export class UploadPlaces {
  private readonly byClient = new Map<string, UploadCount>();

  /**
   * @param bytes that the upload is going to have
   * @returns what gives the place back
   * @throws RateLimited if all slots are taken, or all of the client, or only those remain that are kept for others
   */
  take(client: string, bytes: number): () => void {
    const own = this.of(client);
    const open = own.count === 0 ? MAX_AT_ONCE : MAX_AT_ONCE - PLACES_FOR_NEWCOMERS;
    if (own.count >= MAX_AT_ONCE_PER_CLIENT || this.count >= open) {
      const taken =
        own.count > 0 && this.count < MAX_AT_ONCE ? `${own.count} of your uploads` : `${MAX_AT_ONCE} uploads`;
      throw new RateLimited(`${taken} are being received already: send this one again in some seconds.`, RETRY_SECONDS);
    }
    this.add(client, 1, bytes);
    return () => this.add(client, -1, -bytes);
  }

  /** those of one client */
  of(client: string): UploadCount {
    return this.byClient.get(client) ?? { count: 0, bytes: 0 };
  }

  /** those of all clients */
  get bytes(): number {
    return this.sum(({ bytes }) => bytes);
  }

  private get count(): number {
    return this.sum(({ count }) => count);
  }

  private sum(of: (own: UploadCount) => number): number {
    return [...this.byClient.values()].reduce((sum, own) => sum + of(own), 0);
  }

  private add(client: string, count: number, bytes: number): void {
    const own = this.of(client);
    const now = { count: own.count + count, bytes: own.bytes + bytes };
    if (now.count === 0) this.byClient.delete(client);
    else this.byClient.set(client, now);
  }
}
