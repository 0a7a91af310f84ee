import type { ServerResponse } from 'node:http';
import type { UserError } from '../errors';
import { clientOf } from './origin';
import type { UnreadAnswers } from './unread';

/**
 * Writes events one after another, each once the last one is taken, until they end or the client leaves, which is no
 * fault. The library's own glue throws if a client leaves, and counts nothing of what is not read.
 */
export async function writeEvents(
  response: ServerResponse,
  events: AsyncGenerator<string>,
  unread: UnreadAnswers,
): Promise<void> {
  const leave = (): void => void events.return(undefined).catch(() => undefined);
  response.once('close', leave);
  try {
    for await (const event of events) if (!(await writeEvent(response, event, unread))) return;
  } finally {
    response.off('close', leave);
  }
  response.end();
}

/** Says why no more events come, and ends the stream. */
export function endEvents(response: ServerResponse, { message, code }: UserError): void {
  const last = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  response.end(`event: next\ndata: ${last}\n\nevent: complete\ndata: \n\n`);
}

/** @returns false if the client has disconnected */
function writeEvent(response: ServerResponse, event: string, unread: UnreadAnswers): Promise<boolean> {
  if (!response.writable || response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (isTaken: boolean): void => {
      release();
      response.off('close', left);
      resolve(isTaken);
    };
    const left = (): void => done(false);
    const release = unread.hold({
      client: clientOf(response.req),
      bytes: Buffer.byteLength(event),
      giveUp: () => response.destroy(),
    });
    response.once('close', left);
    if (response.destroyed) return;
    response.write(event, (failure) => done(!failure));
  });
}
