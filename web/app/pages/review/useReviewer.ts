import { useState } from 'react';
import { useViewerQuery } from '../../data/viewer';

const KEY = 'deeplesion.reviewer';
/** What the server accepts. */
const MAX_REVIEWER = 200;

/** Whose verdicts these are. */
export interface Reviewer {
  /** as it stands in the verdicts; empty: not known yet */
  readonly name: string;
  /** undefined for a reviewer who is signed in: then it is the name of the key or the person */
  readonly rename?: (name: string) => void;
}

function storedName(): string {
  try {
    return localStorage.getItem(KEY)?.slice(0, MAX_REVIEWER) ?? '';
  } catch {
    // A browser may forbid it; then the name lasts as long as the page.
    return '';
  }
}

/**
 * The reviewer: the name of the key or the person, or of anyone else a name that this browser keeps. It is in no address.
 *
 * @returns undefined until the server has said who asks
 */
export function useReviewer(): Reviewer | undefined {
  const { data, isPending } = useViewerQuery();
  const [name, setName] = useState(storedName);
  const { key, person } = data?.data.viewer ?? {};
  const own = key?.name ?? person?.reviewer;
  if (isPending) return undefined;
  if (own !== undefined) return { name: own };
  return {
    name,
    rename: (next) => {
      const trimmed = next.trim().slice(0, MAX_REVIEWER);
      setName(trimmed);
      try {
        localStorage.setItem(KEY, trimmed);
      } catch {
        // See `storedName`.
      }
    },
  };
}
