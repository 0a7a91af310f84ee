import { type ImgHTMLAttributes, useEffect, useRef, useState } from 'react';
import { fetchSignedIn, useSignedIn } from '../data/signedIn';

/** So far below the screen a picture is fetched before it comes into sight. */
const AHEAD = '400px';

type PictureProps = Omit<ImgHTMLAttributes<HTMLImageElement>, 'src'> & {
  /** path of this server */
  readonly src: string;
  readonly alt: string;
};

/** Without an address, a browser draws a broken picture with a border and its text. */
const NOTHING_YET = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";

/** A picture of this server. An `<img>` sends no key, so with one the page fetches the picture itself. */
export function Picture(props: PictureProps) {
  const { key } = useSignedIn();
  // biome-ignore lint/a11y/useAltText: it is among the properties
  return key === null ? <img {...props} /> : <FetchedPicture {...props} />;
}

function FetchedPicture({ src, loading, ...rest }: PictureProps) {
  const image = useRef<HTMLImageElement>(null);
  const [address, setAddress] = useState<string>();
  const isInSight = useInSight(image, loading === 'lazy');
  useEffect(() => {
    if (!isInSight) return undefined;
    const abort = new AbortController();
    let made: string | undefined;
    const load = async (): Promise<void> => {
      const response = await fetchSignedIn(src, { signal: abort.signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      const content = await response.blob();
      if (abort.signal.aborted) return;
      made = URL.createObjectURL(content);
      setAddress(made);
    };
    load().catch(() => {
      // An address without a picture: the element itself tells its owner, as it does without a key.
      if (!abort.signal.aborted) setAddress('data:,');
    });
    return () => {
      abort.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [src, isInSight]);
  // biome-ignore lint/a11y/useAltText: it is among the properties
  return <img ref={image} src={address ?? NOTHING_YET} {...rest} />;
}

/** Whether an element is in sight, or was; always true if it does not matter. */
function useInSight(element: { readonly current: Element | null }, matters: boolean): boolean {
  const [isInSight, setInSight] = useState(!matters);
  useEffect(() => {
    if (isInSight || !element.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setInSight(true),
      { rootMargin: AHEAD },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, isInSight]);
  return isInSight;
}
