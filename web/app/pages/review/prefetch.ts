import { useEffect, useRef } from 'react';
import { pictureAddress } from '../../data/pictures';
import { fetchSignedIn } from '../../data/signedIn';
import type { ReviewItem } from './useSession';

/** Boxes whose slices are fetched before they are shown. */
const AHEAD = 5;

/** Addresses of the key slices of the next boxes, each once, the nearest first. */
function slicesAhead(items: readonly ReviewItem[], position: number): string[] {
  const next = items.slice(position + 1, position + 1 + AHEAD);
  const addresses = next.flatMap(({ image }) => image.slices.find(({ offset }) => offset === 0)?.huUrl ?? []);
  return [...new Set(addresses)];
}

/**
 * Fetches the next slices into the browser's cache, one after another, so that they wait for nothing when they are
 * shown. A slice that does not come is asked for again when it is shown.
 */
export function usePrefetch(items: readonly ReviewItem[], position: number): void {
  const asked = useRef(new Set<string>());
  const key = slicesAhead(items, position).join(' ');
  useEffect(() => {
    const wanted = key.split(' ').filter((url) => url !== '' && !asked.current.has(url));
    for (const url of wanted) asked.current.add(url);
    void wanted.reduce(
      (before, url) =>
        before.then(async () => {
          const response = await fetchSignedIn(pictureAddress(url)).catch(() => undefined);
          await response?.arrayBuffer().catch(() => undefined);
        }),
      Promise.resolve(),
    );
  }, [key]);
}
