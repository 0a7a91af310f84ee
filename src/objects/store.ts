import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsClient } from 'aws4fetch';
import { createLimiter } from '../limiter';
import type { ObjectAddress } from './address';
import { ObjectStorageAway, ObjectStorageRefused, ObjectTooLarge } from './errors';
import { errorCodeOf, type ListedPage, readListing } from './listing';

/** Where objects are, and with which key they are read. */
export interface ObjectStoreSettings {
  /** address of the store; omitted: Amazon's of the region */
  readonly endpoint?: string;
  readonly region: string;
  /** whether the bucket is the first step of the path instead of a part of the host name */
  readonly pathStyle: boolean;
  /** omitted: requests are not signed, which public buckets accept */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** What is known of an object without its content. */
export interface ObjectFacts {
  readonly etag: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** An object as it was read. */
export interface StoredObject extends Omit<ObjectFacts, 'bytes'> {
  readonly content: Buffer;
}

/** How long the store may take, and the pauses before a request is repeated; ms. */
export interface StorePatience {
  readonly answerMs: number;
  readonly pausesMs: readonly number[];
}

const PATIENCE: StorePatience = { answerMs: 20_000, pausesMs: [200, 800, 2_000] };
const REQUESTS_AT_ONCE = 24;
/** Answers that are worth a repetition: the store is overloaded, or has a fault of its own. */
const PASSING_STATUS = new Set([408, 429, 500, 502, 503, 504]);
const REFUSALS: Readonly<Record<string, ObjectStorageRefused['reason']>> = {
  NoSuchBucket: 'NO_BUCKET',
  PermanentRedirect: 'WRONG_REGION',
  TemporaryRedirect: 'WRONG_REGION',
  AuthorizationHeaderMalformed: 'WRONG_REGION',
  IllegalLocationConstraintException: 'WRONG_REGION',
};
const MAX_ERROR_BYTES = 64 * 1_024;
const MAX_LISTING_BYTES = 16 * 2 ** 20;

/** Reads objects of a store of the S3 protocol. Each request is repeated a few times if the store does not answer. */
export class ObjectStore {
  private signer: Promise<AwsClient> | undefined;
  private readonly limit = createLimiter(REQUESTS_AT_ONCE);

  constructor(
    private readonly settings: ObjectStoreSettings,
    private readonly patience: StorePatience = PATIENCE,
  ) {}

  /** distinguishes the objects of one store from those of another */
  get name(): string {
    return this.settings.endpoint ?? `aws ${this.settings.region}`;
  }

  /**
   * @param unlessEtag the object is not sent if this still is its ETag
   * @param mostBytes greatest size that is read
   * @returns null if there is no such object
   * @throws ObjectStorageAway, ObjectStorageRefused, ObjectTooLarge
   */
  async get(
    { bucket, key }: ObjectAddress,
    { unlessEtag, mostBytes }: { unlessEtag?: string; mostBytes: number },
  ): Promise<StoredObject | 'unchanged' | null> {
    const headers = unlessEtag === undefined ? undefined : { 'if-none-match': unlessEtag };
    return this.ask(this.addressOf(bucket, key), { headers }, async (response) => {
      if (response.status === 304) return 'unchanged';
      if (response.status === 404) return missingIn(await bytesOf(response, MAX_ERROR_BYTES));
      const { bytes, ...facts } = factsOf(response);
      if (bytes > mostBytes) {
        await response.body?.cancel();
        throw new ObjectTooLarge(bytes);
      }
      return { ...facts, content: await bytesOf(response, mostBytes) };
    });
  }

  /** @returns null if there is no such object @throws ObjectStorageAway, ObjectStorageRefused */
  head({ bucket, key }: ObjectAddress): Promise<ObjectFacts | null> {
    return this.ask(this.addressOf(bucket, key), { method: 'HEAD' }, async (response) =>
      response.status === 404 ? null : factsOf(response),
    );
  }

  /**
   * Lists keys, a page of at most 1,000 after another.
   *
   * @param prefix what the keys begin with
   * @param most how many keys a page has at most
   * @throws ObjectStorageAway, ObjectStorageRefused
   */
  async *list(bucket: string, prefix: string, most = 1_000): AsyncGenerator<ListedPage> {
    for (let token: string | undefined = ''; token !== undefined; ) {
      const url: URL = this.addressOf(bucket, '');
      const query = { 'list-type': '2', delimiter: '/', prefix, 'max-keys': String(most), 'encoding-type': 'url' };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      if (token !== '') url.searchParams.set('continuation-token', token);
      const page: ListedPage = await this.ask(url, {}, async (response) => {
        const text = (await bytesOf(response, MAX_LISTING_BYTES)).toString('utf8');
        if (response.status === 404) throw new ObjectStorageRefused('NO_BUCKET');
        return readListing(text);
      });
      yield page;
      token = page.nextToken;
    }
  }

  private addressOf(bucket: string, key: string): URL {
    const { endpoint, region, pathStyle } = this.settings;
    const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
    const base = url.pathname.replace(/\/+$/, '');
    if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
    url.pathname = `${base}/${pathStyle ? `${bucket}/` : ''}${key.split('/').map(encoded).join('/')}`;
    return url;
  }

  /** Sends a request until it is answered, at most a few times. */
  private ask<T>(
    url: URL,
    { method = 'GET', headers }: { method?: string; headers?: Record<string, string> },
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    return this.limit(async () => {
      for (let attempt = 0; ; attempt++) {
        try {
          const response = await this.send(url, method, headers);
          if (PASSING_STATUS.has(response.status)) {
            await response.body?.cancel();
            throw new Error(`It answered with status ${response.status}.`);
          }
          if (!isAnswer(response)) throw await refusalOf(response);
          return await read(response);
        } catch (thrown) {
          if (thrown instanceof ObjectStorageRefused || thrown instanceof ObjectTooLarge) throw thrown;
          const pauseMs = this.patience.pausesMs[attempt];
          if (pauseMs === undefined) throw new ObjectStorageAway({ cause: thrown });
          // Up to half as long again, so that many workers do not come back at the same moment.
          await sleep(pauseMs * (1 + Math.random() / 2));
        }
      }
    });
  }

  private async send(url: URL, method: string, headers?: Record<string, string>): Promise<Response> {
    const options = { method, headers };
    const signed = this.settings.credentials
      ? await (await this.openSigner()).sign(url, options)
      : new Request(url, options);
    return fetch(signed, { redirect: 'manual', signal: AbortSignal.timeout(this.patience.answerMs) });
  }

  /** Loaded with the first request: a server without buckets never needs it. */
  private openSigner(): Promise<AwsClient> {
    this.signer ??= import('aws4fetch').then(({ AwsClient: Client }) => {
      const { region, credentials } = this.settings;
      return new Client({ accessKeyId: '', secretAccessKey: '', ...credentials, region, service: 's3', retries: 0 });
    });
    return this.signer;
  }
}

/** As the signature expects it: what `encodeURIComponent` leaves is encoded as well. */
const encoded = (step: string): string =>
  encodeURIComponent(step).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

const isAnswer = ({ status }: Response): boolean => (status >= 200 && status < 300) || status === 304 || status === 404;

async function refusalOf(response: Response): Promise<ObjectStorageRefused> {
  const code = errorCodeOf((await bytesOf(response, MAX_ERROR_BYTES)).toString('utf8'));
  const isElsewhere = response.status >= 300 && response.status < 400;
  return new ObjectStorageRefused(REFUSALS[code] ?? (isElsewhere ? 'WRONG_REGION' : 'NO_ACCESS'));
}

function missingIn(body: Buffer): null {
  if (errorCodeOf(body.toString('utf8')) === 'NoSuchBucket') throw new ObjectStorageRefused('NO_BUCKET');
  return null;
}

function factsOf({ headers }: Response): ObjectFacts {
  const modifiedMs = Date.parse(headers.get('last-modified') ?? '');
  return {
    etag: headers.get('etag') ?? '',
    bytes: Number(headers.get('content-length') ?? 0),
    modifiedMs: Number.isFinite(modifiedMs) ? modifiedMs : 0,
  };
}

async function bytesOf({ body }: Response, mostBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const reader = body?.getReader();
  for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
    bytes += next.value.byteLength;
    if (bytes > mostBytes) {
      await reader?.cancel();
      throw new ObjectTooLarge(bytes);
    }
    parts.push(next.value);
  }
  return Buffer.concat(parts);
}
