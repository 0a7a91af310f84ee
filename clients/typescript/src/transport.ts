import { type DeepLesionError, errorOfResponse, jsonOf, offline, type Send } from './ask';
import { classified } from './errors';

/** How a client reaches its server. */
export interface ClientOptions {
  /** of the server, with the path below which it is: `https://data.example.org/deeplesion` */
  readonly url: string;
  /** `dl_ID_SECRET`; without one, the server answers what it answers to anyone */
  readonly key?: string;
  /** another `fetch`; the global one if omitted */
  readonly fetch?: typeof globalThis.fetch;
  /** how often a request is repeated that was refused for now or not answered, 0 or more; 4 if omitted */
  readonly retries?: number;
  /** a longer Retry-After is not waited for: the error says it; 60 s if omitted */
  readonly longestWaitMs?: number;
}

/** What may be said of a single request. */
export interface RequestOptions {
  /** ends it */
  readonly signal?: AbortSignal;
}

type Init = Pick<RequestInit, 'method' | 'body' | 'signal'> & { readonly headers?: Readonly<Record<string, string>> };

const FIRST_PAUSE_MS = 500;
const WORTH_REPEATING = new Set([
  'OFFLINE',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'HTTP_429',
  'HTTP_502',
  'HTTP_503',
  'HTTP_504',
]);

/** Requests to one server, with its key. */
export class Transport {
  private readonly base: URL;
  private readonly key: string | undefined;
  private readonly fetchOf: typeof globalThis.fetch;
  readonly retries: number;
  private readonly longestWaitMs: number;

  constructor({ url, key, fetch = globalThis.fetch, retries = 4, longestWaitMs = 60_000 }: ClientOptions) {
    this.base = new URL(url.endsWith('/') ? url : `${url}/`);
    this.key = key;
    // A browser's fetch is a method of its window.
    this.fetchOf = (...request) => fetch(...request);
    this.retries = retries;
    this.longestWaitMs = longestWaitMs;
  }

  /** `fetch`, for what takes one */
  readonly send: Send = (path, init) => this.fetch(path, init);

  /**
   * Sends a request once. The key goes to the server of the client and nowhere else.
   *
   * @param path below the server's address, or an address from an answer
   * @throws DeepLesionError if no server answers; an answer that is an error is returned
   */
  async fetch(path: string, { headers, ...init }: Init = {}): Promise<Response> {
    const address = new URL(path, this.base);
    const authorization: Record<string, string> =
      this.key !== undefined && address.origin === this.base.origin ? { Authorization: `Bearer ${this.key}` } : {};
    try {
      return await this.fetchOf(address, { ...init, headers: { ...headers, ...authorization } });
    } catch (failure) {
      if (init.signal?.aborted) throw failure;
      throw classified(offline(failure));
    }
  }

  /** Sends a request once. @throws DeepLesionError for an answer that is an error */
  async expect(path: string, init?: Init): Promise<Response> {
    const response = await this.fetch(path, init);
    if (!response.ok) throw classified(errorOfResponse(response, await jsonOf(response)));
    return response;
  }

  /**
   * Repeats what is refused for now or not answered: after the time that the server asks for, or after 0.5, 1, 2 … s,
   * each by chance up to a half longer, so that many clients do not come back at the same moment.
   *
   * @param isRepeatable whether doing it twice is the same as doing it once
   */
  async repeat<Result>(
    isRepeatable: boolean,
    signal: AbortSignal | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (thrown) {
        const wait = isRepeatable && attempt < this.retries ? this.pauseAfter(thrown, attempt) : undefined;
        if (wait === undefined) throw thrown;
        await pause(wait, signal);
      }
    }
  }

  private pauseAfter(thrown: unknown, attempt: number): number | undefined {
    const { code, retryAfterSeconds } = thrown as Partial<DeepLesionError>;
    if (code === undefined || !WORTH_REPEATING.has(code)) return undefined;
    const wait = retryAfterSeconds ? 1_000 * retryAfterSeconds : pauseOf(attempt);
    return wait > this.longestWaitMs ? undefined : wait;
  }
}

/** @returns the pause after so many failures, in milliseconds */
export const pauseOf = (failures: number): number =>
  FIRST_PAUSE_MS * 2 ** Math.min(failures, 6) * (1 + Math.random() / 2);

/** Waits. @throws the reason of the signal when it fires */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, milliseconds);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
