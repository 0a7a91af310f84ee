import { useSyncExternalStore } from 'react';
import { jsonOf } from '../../../clients/typescript/src/ask';
import { BASE } from './base';

/** Until when a browser keeps a key: until the tab is closed, or until the reader signs out. */
export type Keeping = 'TAB' | 'DEVICE';

/** With what the page asks. */
interface SignedIn {
  /** `dl_ID_SECRET`, which goes to this server and nowhere else; null: no key */
  readonly key: string | null;
  /** the server's sentence on a key that it did not accept any more, after which the page forgot it */
  readonly refusal: string | null;
  /** counts the changes, so that nothing of an earlier caller stays on the page */
  readonly generation: number;
}

/** Servers that share an origin (PUBLIC_URL) have a key each. */
const ENTRY = `deeplesion.key${BASE}`;
const KEEPINGS: readonly Keeping[] = ['TAB', 'DEVICE'];

const storageOf = (keeping: Keeping): Storage => (keeping === 'TAB' ? sessionStorage : localStorage);

/** A browser may forbid storage; then a key lasts as long as the page. @returns null then */
function attempt<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const storedIn = (keeping: Keeping): string | null => attempt(() => storageOf(keeping).getItem(ENTRY) || null);
const stored = (): string | null => storedIn('TAB') ?? storedIn('DEVICE');

let now: SignedIn = { key: stored(), refusal: null, generation: 0 };
const listeners = new Set<() => void>();

function become(key: string | null, refusal: string | null = null): void {
  now = { key, refusal, generation: now.generation + 1 };
  for (const listener of listeners) listener();
}

// Anyone who signs out on this device has signed out in all its tabs.
globalThis.window?.addEventListener('storage', ({ key }) => {
  if ((key === ENTRY || key === null) && stored() !== now.key) become(stored());
});

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The key with which the page asks, as it changes. */
export const useSignedIn = (): SignedIn => useSyncExternalStore(subscribe, () => now);

/** @returns how long this browser keeps the key */
export const keepingNow = (): Keeping => (storedIn('TAB') === null && storedIn('DEVICE') !== null ? 'DEVICE' : 'TAB');

/** @param key that the server has accepted */
export function signIn(key: string, keeping: Keeping): void {
  forget();
  attempt(() => storageOf(keeping).setItem(ENTRY, key));
  become(key);
}

/** Forgets the key, here and in this browser's storage. */
export function signOut(): void {
  forget();
  become(null);
}

function forget(): void {
  for (const keeping of KEEPINGS) attempt(() => storageOf(keeping).removeItem(ENTRY));
}

/** @returns the header that goes with every request to this server */
export const authorizationOf = (key: string | null = now.key): Record<string, string> =>
  key === null ? {} : { Authorization: `Bearer ${key}` };

/**
 * A server that answers `invalid_token` does not accept the key any more, or the session of a person has ended, whose
 * cookie the browser has forgotten by then. The page forgets the key at once: to go on with it would count as guessing.
 *
 * @param sent the header of the request
 */
export function noteRefusal(sent: Record<string, string>, sentence: string): void {
  if (sent.Authorization !== authorizationOf().Authorization) return;
  forget();
  become(null, sentence);
}

/**
 * `fetch` with the key of the page.
 *
 * @param path of this server, below its prefix
 */
export async function fetchSignedIn(path: string, { headers, ...init }: FetchInit = {}): Promise<Response> {
  const sent = { ...authorizationOf(), ...headers };
  const response = await fetch(path, { ...init, headers: sent });
  // Of this server alone: a proxy in between may have reasons of its own.
  if (response.headers.get('WWW-Authenticate')?.includes('invalid_token')) {
    const problem = await problemOf(response.clone());
    if (problem) noteRefusal(sent, problem.message);
  }
  return response;
}

type FetchInit = Omit<RequestInit, 'headers'> & { readonly headers?: Record<string, string> };

/** @returns the server's sentence in an answer that is no success */
export async function sentenceOf(response: Response): Promise<string> {
  return (await problemOf(response))?.message ?? `The server answered with status ${response.status}.`;
}

/** The first error, if the answer is the server's own. */
const problemOf = async (response: Response) => (await jsonOf(response))?.errors?.[0];
