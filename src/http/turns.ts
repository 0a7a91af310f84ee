import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What may happen on a connection, one after another. */
interface Turn {
  begin(): void;
  /**
   * a request and its answer, whose end ends the turn; a turn without them takes the connection over, and is its last
   */
  exchange?: { request: IncomingMessage; response: ServerResponse };
}

/**
 * The turns of one connection. Node hands over every request that a client sends in one go at once, and keeps the
 * answers that are not yet due in memory. Here no request begins before the answer to the last one is written, and
 * nothing more is read while one waits: a client that asks and never reads costs one answer.
 */
export class Turns {
  /** when it last had nothing to do; undefined while it has */
  idleSince: number | undefined = performance.now();
  private current: Turn | undefined;
  private readonly waiting: Turn[] = [];
  private isBroken = false;

  constructor(private readonly socket: Socket) {
    // A handler that reads the body of the request that is under way makes Node resume the connection.
    socket.on('resume', () => this.waiting.length > 0 && socket.pause());
    socket.once('close', () => this.forget());
  }

  /** requests that were read and have not begun */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Begins with a request once all before it are answered. */
  takeRequest(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
    this.enqueue({ begin, exchange: { request, response } });
  }

  /**
   * Gives away a connection that Node has let go of, because it is to be upgraded, once all requests are answered. It
   * may be paused by then.
   */
  takeOver(begin: () => void): void {
    // An answer that is still under way is told no more by Node when the connection can take more of it.
    this.socket.on('drain', this.passDrainOn);
    this.enqueue({
      begin: () => {
        this.socket.off('drain', this.passDrainOn);
        begin();
      },
    });
  }

  /** The next request comes through a new parser, as if the connection were new. */
  startAgain(): void {
    this.forget();
    this.idleSince = performance.now();
  }

  /**
   * Ends a connection on which no further request can be read: with `sayWhy`, once the requests that came whole are
   * answered. The one that did not come whole is answered by it.
   */
  breakOff(sayWhy: () => void): void {
    if (this.isBroken) return;
    this.isBroken = true;
    if (isIncomplete(this.waiting.at(-1))) this.waiting.pop();
    if (!isIncomplete(this.current)) this.enqueue({ begin: sayWhy });
    else if (this.current?.exchange?.response.headersSent) this.socket.destroy();
    else sayWhy();
  }

  private enqueue(turn: Turn): void {
    if (this.current) {
      this.waiting.push(turn);
      this.socket.pause();
    } else this.begin(turn);
  }

  private begin(turn: Turn): void {
    this.current = turn;
    this.idleSince = undefined;
    turn.exchange?.response.once('close', () => this.current === turn && this.goOn());
    turn.begin();
  }

  private goOn(): void {
    const wasHeld = this.waiting.length > 0;
    const next = this.socket.writable ? this.waiting.shift() : undefined;
    this.current = undefined;
    this.idleSince = performance.now();
    if (next) this.begin(next);
    if (wasHeld && next?.exchange && this.waiting.length === 0) this.socket.resume();
  }

  private forget(): void {
    this.waiting.length = 0;
    this.current = undefined;
  }

  private readonly passDrainOn = (): void => {
    this.current?.exchange?.response.emit('drain');
  };
}

function isIncomplete(turn: Turn | undefined): boolean {
  return turn?.exchange !== undefined && !turn.exchange.request.complete;
}
