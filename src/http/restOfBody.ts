import type { IncomingMessage, ServerResponse } from 'node:http';

/** After so much of a body that no one wants, or so long, the connection is cut. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_MS = 60_000;
const STALL_MS = 5_000;

/**
 * Sends an answer whole and, where the body of its request is still coming, ends it only when that was read away, within bounds. Node would close
 * the connection of a client that wants it closed as soon as the answer is out, and the bytes that no one had read would reset it: a client that
 * first sends all and then reads would not see the answer.
 *
 * @param text of the length that the header Content-Length says
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
