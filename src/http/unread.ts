/** Responses that their clients do not read: how long they are kept, and how much memory they may use together. */
import type { ServerResponse } from 'node:http';
import { clientOf } from './origin';

/** A client that reads nothing of its response for this time is gone, whatever its connection says. */
const STALL_MS = 30_000;
/** What is smaller than this the system's own buffers take. */
const COUNTED_BYTES = 64 * 2 ** 10;
/** For all responses together: four of the longest ones. Node holds each of them twice, as text and as bytes. */
const MAX_UNREAD_BYTES = 64 * 2 ** 20;

/** Data for a client that it has not read yet. */
interface Unread {
  readonly client: string;
  readonly bytes: number;
  /** ends the connection that it waits on */
  giveUp(): void;
}

/** The responses that are written and not yet read: of requests, of event streams and of WebSockets. */
export class UnreadAnswers {
  private readonly answers = new Set<Unread>();
  private total = 0;

  constructor(private readonly maxBytes = MAX_UNREAD_BYTES) {}

  get bytes(): number {
    return this.total;
  }

  /**
   * Counts a response until it is read; if all are too much, the client with the most unread bytes loses its oldest
   * response.
   */
  add(response: ServerResponse): void {
    const bytes = response.writableLength;
    if (bytes < COUNTED_BYTES || response.destroyed) return;
    response.once('close', this.hold({ client: clientOf(response.req), bytes, giveUp: () => response.destroy() }));
  }

  /**
   * Counts a message from before it is handed to its connection. It may be the one that is given up at once, so that
   * the connection has to be looked at again before anything is written.
   *
   * @returns what ends the count, once the message is taken or its connection is gone
   */
  hold(answer: Unread): () => void {
    this.answers.add(answer);
    this.total += answer.bytes;
    while (this.total > this.maxBytes) this.giveUpOne();
    return () => this.remove(answer);
  }

  private remove(answer: Unread): void {
    if (this.answers.delete(answer)) this.total -= answer.bytes;
  }

  private giveUpOne(): void {
    const held = new Map<string, number>();
    for (const { client, bytes } of this.answers) held.set(client, (held.get(client) ?? 0) + bytes);
    const [greediest] = [...held].reduce((most, one) => (one[1] > most[1] ? one : most));
    for (const answer of this.answers) {
      if (answer.client !== greediest) continue;
      this.remove(answer);
      answer.giveUp();
      return;
    }
  }
}

/**
 * Ends the connection of a response that its client stops reading. Node's own timer of the socket begins again whenever
 * some bytes of a large answer are taken, so that slow is not stuck; and it says nothing of the time that an answer
 * takes to be made.
 */
export function watchReader(response: ServerResponse, unread: UnreadAnswers, stallMs = STALL_MS): void {
  response.setTimeout(stallMs, () => {
    if (response.writableLength > 0) response.destroy();
  });
  response.once('prefinish', () => unread.add(response));
}
