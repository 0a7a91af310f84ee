/** Slices as Hounsfield units: fetched, kept and fetched ahead, so that a step to the next one needs no waiting. */
import { fetchSignedIn, sentenceOf } from '../data/signedIn';
import type { SlicePixels } from './painter';

/** A slice that has come. */
export interface LoadedSlice extends SlicePixels {
  /** whether its pixel file is another one than at the import */
  readonly hasChanged: boolean;
}

/** The server's refusal of a slice, in its own words. */
export class SliceError extends Error {
  override readonly name = 'SliceError';
}

export type FetchSlice = (url: string, signal: AbortSignal) => Promise<LoadedSlice>;

/** @throws SliceError with the server's sentence, or one of our own @throws AbortError if it is not wanted any more */
export const fetchSlice: FetchSlice = async (url, signal) => {
  let response: Response;
  try {
    response = await fetchSignedIn(url, { signal });
  } catch (failure) {
    if (signal.aborted) throw failure;
    throw new SliceError('The server does not answer. It may be restarting, or the network is gone.');
  }
  if (!response.ok) throw new SliceError(await sentenceOf(response));
  const width = Number(response.headers.get('X-Image-Width'));
  const height = Number(response.headers.get('X-Image-Height'));
  const bytes = await response.arrayBuffer();
  if (!(width > 0 && height > 0 && bytes.byteLength === 2 * width * height)) {
    throw new SliceError('The server sent a slice whose size is not the one that it names.');
  }
  return {
    width,
    height,
    // Little-endian, as is every machine that a browser of today runs on.
    hounsfield: new Int16Array(bytes),
    hasChanged: response.headers.get('X-DeepLesion-Pixels') === 'CHANGED',
  };
};

/** 40 slices of 512 × 512. */
const KEPT_BYTES = 40 * 512 * 512 * 2;

interface Loading {
  readonly promise: Promise<LoadedSlice>;
  readonly abort: AbortController;
}

/** The slices of one viewer, by address. The least recently shown ones go first. */
export class SliceStore {
  readonly #kept = new Map<string, LoadedSlice>();
  readonly #loading = new Map<string, Loading>();

  constructor(
    private readonly fetchOne: FetchSlice = fetchSlice,
    private readonly keptBytes = KEPT_BYTES,
  ) {}

  /** @returns the slice if it has come */
  peek(url: string): LoadedSlice | undefined {
    return this.#kept.get(url);
  }

  /**
   * Loads what is shown now, and after it what will probably be shown next. What is on its way and in no list any more
   * is given up.
   *
   * @param url of the slice that is shown
   * @param ahead in the order in which they are fetched
   */
  show(url: string, ahead: readonly string[]): Promise<LoadedSlice> {
    const wanted = new Set([url, ...ahead]);
    for (const [address, { abort }] of this.#loading) {
      if (wanted.has(address)) continue;
      abort.abort();
      this.#loading.delete(address);
    }
    const shown = this.#load(url);
    for (const address of ahead) this.#load(address).catch(() => undefined);
    return shown;
  }

  /** Gives up what is on its way. */
  stop(): void {
    for (const { abort } of this.#loading.values()) abort.abort();
    this.#loading.clear();
  }

  #load(url: string): Promise<LoadedSlice> {
    const kept = this.#kept.get(url);
    if (kept) {
      this.#keep(url, kept);
      return Promise.resolve(kept);
    }
    const loading = this.#loading.get(url);
    if (loading) return loading.promise;
    const abort = new AbortController();
    const promise = this.fetchOne(url, abort.signal).then((slice) => {
      if (!abort.signal.aborted) this.#keep(url, slice);
      return slice;
    });
    const settled = (): void => {
      if (this.#loading.get(url)?.abort === abort) this.#loading.delete(url);
    };
    promise.then(settled, settled);
    this.#loading.set(url, { promise, abort });
    return promise;
  }

  #keep(url: string, slice: LoadedSlice): void {
    this.#kept.delete(url);
    this.#kept.set(url, slice);
    let bytes = 0;
    for (const { hounsfield } of this.#kept.values()) bytes += hounsfield.byteLength;
    for (const [address, { hounsfield }] of this.#kept) {
      if (bytes <= this.keptBytes || address === url) break;
      this.#kept.delete(address);
      bytes -= hounsfield.byteLength;
    }
  }
}

/** Neighbours that are fetched ahead, on each side. */
const AHEAD = 2;

/** The next slices on both sides, the nearest first, in the direction of travel first. */
export function aheadOf<Slice>(slices: readonly Slice[], index: number, direction: 1 | -1 = 1): Slice[] {
  const offsets = Array.from({ length: AHEAD }, (_, distance) => [
    direction * (distance + 1),
    -direction * (distance + 1),
  ]).flat();
  return offsets.flatMap((offset) => slices[index + offset] ?? []);
}

/** A slice that the viewer can show. */
export interface ViewerSlice {
  /** of its Hounsfield units; null: there are none on this server */
  readonly url: string | null;
  /** in the address of the page */
  readonly name: string;
  /** "slice 109, 10 mm below the key slice" */
  readonly text: string;
  /** 0 … 1: how high the bar over it is, say the highest score of its detections */
  readonly weight?: number;
}
