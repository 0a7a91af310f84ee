import { useEffect, useRef, useState } from 'react';
import type { NamedFile } from './useSending';

const ONE_AT_A_TIME = 'One file at a time. The slices of a series can be sent as a zip.';

/**
 * Files that are dropped anywhere on the page, or pasted.
 *
 * @returns whether a file hovers over the page
 */
export function useDropped(
  isOpen: boolean,
  { onFile, onRefused }: { onFile: (file: NamedFile) => void; onRefused: (sentence: string) => void },
): boolean {
  const [isOver, setOver] = useState(false);
  const current = useRef({ onFile, onRefused });
  current.current = { onFile, onRefused };
  useEffect(() => {
    if (!isOpen) return undefined;
    const take = (files: FileList | undefined): boolean => {
      const [file, ...others] = files ?? [];
      if (!file) return false;
      if (others.length > 0) current.current.onRefused(ONE_AT_A_TIME);
      else current.current.onFile({ name: file.name, content: file });
      return true;
    };
    const events = {
      dragover: (event: DragEvent) => {
        event.preventDefault();
        setOver(true);
      },
      dragleave: (event: DragEvent) => {
        // Between elements of the page there is one that is entered.
        if (event.relatedTarget === null) setOver(false);
      },
      drop: (event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      },
      paste: (event: ClipboardEvent) => {
        if (take(event.clipboardData?.files)) event.preventDefault();
      },
    };
    window.addEventListener('dragover', events.dragover);
    window.addEventListener('dragleave', events.dragleave);
    window.addEventListener('drop', events.drop);
    window.addEventListener('paste', events.paste);
    return () => {
      setOver(false);
      window.removeEventListener('dragover', events.dragover);
      window.removeEventListener('dragleave', events.dragleave);
      window.removeEventListener('drop', events.drop);
      window.removeEventListener('paste', events.paste);
    };
  }, [isOpen]);
  return isOver;
}
