import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Arrivals } from './arrivals';
import { bidFarewell, type Farewell } from './farewell';
import { isLoopback, networkOf } from './network';
import { Turns } from './turns';

/** How much of the server connections may take. */
export interface ConnectionBounds {
  /** open connections of all clients */
  total: number;
  /** of one trusted proxy, or of one address of this machine, where a proxy may forward many clients */
  perLoopback: number;
  /** requests of one client that were read and wait for the response to the previous one; each takes some kilobytes */
  waitingPerClient: number;
  /** a client that reads nothing of a response for this time is gone; ms */
  stuckMs: number;
  /** and this number of milliseconds longer for each byte of it: the progress of one large write cannot be seen */
  msPerByte: number;
  /** interval of the search for such clients */
  lookMs: number;
}

const PER_CLIENT = 500;
const BOUNDS: ConnectionBounds = {
  total: 2_000,
  perLoopback: 1_500,
  waitingPerClient: 1_000,
  stuckMs: 30_000,
  // 1 Mbit/s
  msPerByte: 1 / 125,
  lookMs: 5_000,
};
/** Connections that get a response that there is no capacity; each is gone within a second. */
const REFUSED_AT_ONCE = 200;
const NO_PLACE: Farewell = {
  status: 503,
  code: 'UNAVAILABLE',
  message:
    'All places for connections are taken, or all of your address (MAX_CONNECTIONS_PER_CLIENT of the server): ' +
    'close some, or try again later.',
};

interface Connection {
  socket: Socket;
  client: string;
  turns: Turns;
  /** bytes that the client has taken, and when that last grew */
  taken: number;
  takenAt: number;
}

/**
 * The capacity for connections. The client that holds many idle ones loses those first, so that no one else is locked
 * out: neither by connections that send nothing, nor by ones that are kept alive, nor by ones whose responses are not
 * read.
 */
export class Connections {
  readonly arrivals = new Arrivals();
  private readonly bounds: ConnectionBounds;
  private readonly open = new Map<Duplex, Connection>();
  private readonly byClient = new Map<string, Set<Socket>>();

  /**
   * @param perClient open connections of one client (`networkOf`); one more replaces its connection that has been idle
   *   longest
   * @param bounds other than the defaults
   * @param isProxy whether an address is that of a proxy, which speaks for many clients as one of this machine may
   */
  constructor(
    server: Server,
    private readonly perClient = PER_CLIENT,
    bounds: Partial<ConnectionBounds> = {},
    private readonly isProxy: (address: string | undefined) => boolean = () => false,
  ) {
    this.bounds = { ...BOUNDS, ...bounds };
    server.maxConnections = this.bounds.total + REFUSED_AT_ONCE;
    server.on('connection', (socket) => this.admit(socket));
    const timer = setInterval(() => this.dropStuck(), this.bounds.lookMs).unref();
    server.once('close', () => clearInterval(timer));
  }

  /** @returns the turns of a connection that was admitted; undefined for one that was not, or is gone */
  turnsOf(connection: Duplex): Turns | undefined {
    return this.open.get(connection)?.turns;
  }

  /** Closes a connection with which its client has too many waiting requests. */
  dropCrowded(connection: Duplex): void {
    const { client, turns } = this.open.get(connection) ?? {};
    // This is the usual case: hardly any client sends a request before it has the last response.
    if (client === undefined || turns?.waitingCount === 0) return;
    let waiting = 0;
    for (const socket of this.byClient.get(client) ?? []) waiting += this.turnsOf(socket)?.waitingCount ?? 0;
    if (waiting > this.bounds.waitingPerClient) connection.destroy();
  }

  private admit(socket: Socket): void {
    // A connection that was handed back after an unwanted upgrade is counted already.
    if (this.open.has(socket)) return;
    this.arrivals.note();
    const client = networkOf(socket.remoteAddress ?? '');
    const isShared = isLoopback(client) || this.isProxy(socket.remoteAddress);
    if (!this.makeRoom(client, isShared)) {
      bidFarewell(socket, NO_PLACE);
      return;
    }
    const now = performance.now();
    this.open.set(socket, { socket, client, turns: new Turns(socket), taken: 0, takenAt: now });
    const sockets = this.byClient.get(client) ?? new Set();
    this.byClient.set(client, sockets.add(socket));
    socket.once('close', () => this.release(socket, client));
    // Node listens no more once a connection is upgraded; without a listener an error would end the process.
    socket.on('error', () => undefined);
  }

  private release(socket: Socket, client: string): void {
    this.open.delete(socket);
    const sockets = this.byClient.get(client);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.byClient.delete(client);
  }

  /** @returns false if all capacity is taken by connections with work in progress */
  private makeRoom(client: string, isShared: boolean): boolean {
    const { total, perLoopback } = this.bounds;
    const own = this.byClient.get(client);
    const limit = isShared ? Math.max(perLoopback, this.perClient) : this.perClient;
    if (own && own.size >= limit) return this.evictIdle(own);
    if (this.open.size < total) return true;
    const largestFirst = [...this.byClient.values()].sort((one, other) => other.size - one.size);
    return largestFirst.some((sockets) => this.evictIdle(sockets));
  }

  /** Closes the connection that has been idle longest, which any client has to reckon with. */
  private evictIdle(sockets: Iterable<Socket>): boolean {
    let longest: Socket | undefined;
    let since = Number.POSITIVE_INFINITY;
    for (const socket of sockets) {
      const idleSince = this.turnsOf(socket)?.idleSince ?? Number.POSITIVE_INFINITY;
      if (idleSince < since) [longest, since] = [socket, idleSince];
    }
    if (!longest) return false;
    const { client } = this.open.get(longest) ?? {};
    if (client !== undefined) this.release(longest, client);
    longest.destroy();
    return true;
  }

  private dropStuck(): void {
    const now = performance.now();
    for (const connection of this.open.values()) {
      const { socket } = connection;
      if (socket.writableLength === 0) {
        connection.takenAt = now;
        continue;
      }
      const taken = socket.bytesWritten - socket.writableLength;
      if (taken !== connection.taken) Object.assign(connection, { taken, takenAt: now });
      else if (now - connection.takenAt > this.bounds.stuckMs + socket.writableLength * this.bounds.msPerByte)
        socket.destroy();
    }
  }
}
