import { useState } from 'react';

/** Copies a text and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [state, setState] = useState<'READY' | 'COPIED' | 'REFUSED'>('READY');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setState('COPIED');
    } catch {
      // Pages that are not served by HTTPS or from this machine have no clipboard.
      setState('REFUSED');
    }
  };
  return (
    <button type="button" onClick={() => void copy()} onBlur={() => setState('READY')}>
      {state === 'COPIED' ? 'Copied' : state === 'REFUSED' ? 'The browser allows no copying here' : label}
    </button>
  );
}
