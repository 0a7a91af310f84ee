import { useCallback, useEffect, useRef, useState } from 'react';
import { type SentUpload, sendUpload, type UploadClaims } from '../../data/upload';
import type { Search } from '../../data/url';
import { type FileKind, kindOfFile, refusalOf, type SizeLimits } from './fileKind';
import { formatOfFile } from './submissionFormat';

/** A file with its name; an example has been fetched. */
export interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Where a file is on its way to the server. */
export type Sending =
  | { readonly step: 'IDLE' }
  /** something is to be asked first */
  | { readonly step: 'ASKING'; readonly file: NamedFile; readonly kind: FileKind }
  /** share of the bytes that have left, 0 … 1; 1 while the server reads them */
  | { readonly step: 'SENDING'; readonly file: NamedFile; readonly share: number }
  | { readonly step: 'FAILED'; readonly error: Error };

/** How to send a file. */
export interface Sender {
  readonly sending: Sending;
  /** looks at a file, asks what it does not say, and sends it */
  readonly offer: (file: NamedFile) => Promise<void>;
  /** @param view search parameters with which it is shown first */
  readonly send: (file: NamedFile, claims: UploadClaims, view?: Search) => Promise<void>;
  readonly fail: (sentence: string) => void;
  /** gives up what is on its way */
  readonly reset: () => void;
}

/** @param onSent is called when the server has taken a file */
export function useSending(limits: SizeLimits, onSent: (upload: SentUpload, view: Search) => void): Sender {
  const [sending, setSending] = useState<Sending>({ step: 'IDLE' });
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);

  const fail = useCallback((sentence: string) => setSending({ step: 'FAILED', error: new Error(sentence) }), []);
  const send: Sender['send'] = async (file, claims, view = {}) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    setSending({ step: 'SENDING', file, share: 0 });
    const options = {
      signal: controller.signal,
      onProgress: (share: number) => setSending({ step: 'SENDING', file, share }),
    };
    try {
      const upload = await sendUpload(file.content, claims, options);
      setSending({ step: 'IDLE' });
      onSent(upload, view);
    } catch (error) {
      if (controller.signal.aborted) return;
      setSending({ step: 'FAILED', error: error instanceof Error ? error : new Error(String(error)) });
    }
  };
  const offer = async (file: NamedFile): Promise<void> => {
    const kind = await kindOf(file.content);
    const refusal = kind === null ? UNREADABLE : refusalOf(file.content, kind, limits);
    if (refusal !== null || kind === null) fail(refusal ?? UNREADABLE);
    else if (kind === 'PNG' || kind === 'ZIP_PNG') setSending({ step: 'ASKING', file, kind });
    else await send(file, {}, kind === 'DETECTIONS' ? { f: await formatOf(file, kind) } : {});
  };
  const reset = (): void => {
    abort.current?.abort();
    setSending({ step: 'IDLE' });
  };
  return { sending, offer, send, fail, reset };
}

/** In the address, so that the form of a submission begins with it. */
async function formatOf({ name, content }: NamedFile, kind: FileKind): Promise<string | undefined> {
  return formatOfFile(kind, await content.slice(0, 64).text(), name);
}

const UNREADABLE = 'The browser cannot read this. A folder can be sent as a zip.';

/** A folder looks like a file until it is read. */
async function kindOf(content: Blob): Promise<FileKind | null> {
  try {
    return await kindOfFile(content);
  } catch {
    return null;
  }
}
