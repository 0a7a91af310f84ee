/** What the server says of a file below `/exports` without sending it. */
import { below } from './base';
import { errorOfResponse } from './graph';
import { fetchSignedIn } from './signedIn';

export interface FileFacts {
  /** of the file as it is saved; null: it is made when it is asked for */
  readonly bytes: number | null;
  /** in hexadecimal */
  readonly sha256: string | null;
  /** address of the licence */
  readonly licence: string | null;
}

/**
 * Asks for the headers alone. The range says that the bytes are meant as they are saved, not as they are compressed on
 * the way: only of those the server tells size and digest.
 *
 * @throws GraphError if the server refuses the file
 */
export async function readFileFacts(path: string, signal?: AbortSignal): Promise<FileFacts> {
  const response = await fetchSignedIn(below(path), { method: 'HEAD', headers: { Range: 'bytes=0-' }, signal });
  if (!response.ok) throw errorOfResponse(response, undefined);
  return factsOf(response.headers);
}

/** @param headers of the answer (RFC 9110; `Repr-Digest` of RFC 9530, `Link` of RFC 8288) */
export function factsOf(headers: Pick<Headers, 'get'>): FileFacts {
  const digest = /sha-256=:([\w+/]+=*):/.exec(headers.get('Repr-Digest') ?? '')?.[1];
  // A size without a digest is that of an answer without a body.
  const bytes = digest === undefined ? Number.NaN : Number.parseInt(headers.get('Content-Length') ?? '', 10);
  return {
    bytes: Number.isNaN(bytes) ? null : bytes,
    sha256: digest === undefined ? null : hexOf(digest),
    licence: /<([^>]*)>;\s*rel="?license"?/.exec(headers.get('Link') ?? '')?.[1] ?? null,
  };
}

const hexOf = (base64: string): string =>
  Array.from(atob(base64), (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
