import type { IncomingMessage, ServerResponse } from 'node:http';

/** The connection is cut after this part of an unwanted body, or this time. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_MS = 60_000;
const STALL_MS = 5_000;

/**
 * Sends a complete response and, if the body of its request is still arriving, ends it only after reading that away,
 * within limits. Node would close the connection of a client that wants it closed after the response, and the unread
 * bytes would reset it: a client that first sends everything and then reads would not see the response.
 *
 * @param text of the length in the header Content-Length
 */
export function endAfterBody(response: ServerResponse, text: string): void {
  const request = response.req;
  if (!isComing(request)) {
    response.end(text);
    return;
  }
  if (Number(request.headers['content-length']) > MAX_BYTES) response.setHeader('Connection', 'close');
  response.write(text);
  void readAway(request).then((isWhole) => {
    response.end();
    if (!isWhole) request.socket.destroy();
  });
}

function isComing(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return !request.readableEnded && !request.destroyed && (encoding !== undefined || Number(length) > 0);
}

/** @returns whether all of it came */
function readAway(request: IncomingMessage): Promise<boolean> {
  return new Promise((resolve) => {
    let bytes = 0;
    const giveUp = (): void => finish(false);
    const late = setTimeout(giveUp, MAX_MS).unref();
    const stalled = setTimeout(giveUp, STALL_MS).unref();
    const finish = (isWhole: boolean): void => {
      clearTimeout(late);
      clearTimeout(stalled);
      resolve(isWhole);
    };
    request.on('data', (chunk: Buffer | string) => {
      bytes += chunk.length;
      stalled.refresh();
      if (bytes > MAX_BYTES) giveUp();
    });
    request.once('end', () => finish(true));
    request.once('close', () => finish(request.complete));
    request.on('error', giveUp);
    request.resume();
  });
}
