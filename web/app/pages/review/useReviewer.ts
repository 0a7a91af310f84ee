import { useState } from 'react';

const KEY = 'deeplesion.reviewer';
/** What the server accepts. */
const MAX_REVIEWER = 200;

function storedName(): string {
  try {
    return localStorage.getItem(KEY)?.slice(0, MAX_REVIEWER) ?? '';
  } catch {
    // A browser may forbid it; then the name lasts as long as the page.
    return '';
  }
}

/** The reviewer's name, as it stands in the verdicts. This browser keeps it; it is in no address. */
export function useReviewer(): [string, (name: string) => void] {
  const [name, setName] = useState(storedName);
  return [
    name,
    (next) => {
      const trimmed = next.trim().slice(0, MAX_REVIEWER);
      setName(trimmed);
      try {
        localStorage.setItem(KEY, trimmed);
      } catch {
        // See `storedName`.
      }
    },
  ];
}
