import { below } from './base';
import { errorOfResponse, type GraphError, type GraphProblem, offline } from './graph';
import { authorizationOf, fetchSignedIn, noteRefusal } from './signedIn';

/** What goes with a file that does not say it itself. */
export interface UploadClaims {
  /** mm, 0.01 to 20 */
  readonly pixelSpacingMm?: number;
  /** mm, 0.01 to 100 */
  readonly sliceIntervalMm?: number;
}

/** An upload that the server has taken. */
export interface SentUpload {
  readonly id: string;
  /** whether it holds slices, and not a model or detections */
  readonly hasSlices: boolean;
}

/** How an upload is followed, and given up. */
interface UploadOptions {
  /** bytes that have left, 0 … 1; 1 while the server reads the file */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

const OFFLINE = 'The connection broke before the file was there. Send it again.';

/**
 * Sends a file by `PUT /uploads`. XMLHttpRequest tells how far it is; fetch does not.
 *
 * @throws GraphError with the server's sentence @throws AbortError if it was given up
 */
export function sendUpload(
  file: Blob,
  claims: UploadClaims,
  { onProgress, signal }: UploadOptions,
): Promise<SentUpload> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(claims)) if (value !== undefined) parameters.set(name, String(value));
  const query = parameters.toString();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', below(query === '' ? '/uploads' : `/uploads?${query}`));
    // The content decides what a file is: what a browser guesses by its name does not.
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    const sent = authorizationOf();
    for (const [name, value] of Object.entries(sent)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onProgress(1);
    request.onload = () => {
      if (request.status === 201) resolve(uploadOf(request.responseText));
      else {
        const error = errorOf(request);
        if (error.code === 'UNAUTHENTICATED' && sent.Authorization !== undefined) noteRefusal(sent, error.message);
        reject(error);
      }
    };
    request.onerror = () => reject(Object.assign(offline(), { message: OFFLINE }));
    request.onabort = () => reject(new DOMException('The upload was given up.', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function uploadOf(text: string): SentUpload {
  const { id, kind } = JSON.parse(text);
  return { id: String(id), hasSlices: kind !== 'MODEL' && kind !== 'DETECTIONS' };
}

const errorOf = (request: XMLHttpRequest): GraphError =>
  errorOfResponse(
    { status: request.status, headers: { get: (name) => request.getResponseHeader(name) } },
    parsed(request.responseText),
  );

function parsed(text: string): { errors?: readonly GraphProblem[] } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Deletes an upload before its time, with all that was found in it. @throws GraphError */
export async function deleteUpload(id: string): Promise<void> {
  let response: Response;
  try {
    response = await fetchSignedIn(below(`/uploads/${encodeURIComponent(id)}`), { method: 'DELETE' });
  } catch {
    throw offline();
  }
  // Gone already is as good.
  if (response.ok || response.status === 404) return;
  throw errorOfResponse(response, parsed(await response.text()));
}
