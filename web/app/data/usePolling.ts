import { useEffect, useRef } from 'react';

/**
 * Calls a function again and again while something is at work and the page is visible.
 *
 * @param everyMs time between two calls
 */
export function usePolling(isActive: boolean, everyMs: number, poll: () => void): void {
  const current = useRef(poll);
  current.current = poll;
  useEffect(() => {
    if (!isActive) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && current.current(), everyMs);
    return () => clearInterval(timer);
  }, [isActive, everyMs]);
}
