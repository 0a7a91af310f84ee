import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Connections } from './connections';

/** Begins with each request once all before it on its connection are answered. */
export function serveInTurn(server: Server, connections: Connections, serve: RequestListener): void {
  const take = (request: IncomingMessage, response: ServerResponse, begin: () => void): void => {
    connections.turnsOf(request.socket)?.takeRequest(request, response, begin);
    connections.dropCrowded(request.socket);
  };
  server.on('request', (request, response) => take(request, response, () => serve(request, response)));
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    take(request, response, () => {
      response.writeContinue();
      serve(request, response);
    }),
  );
  // As a request of another kind, so that it is answered in its turn, and like any other.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    take(request, response, () => serve(request, response)),
  );
}
