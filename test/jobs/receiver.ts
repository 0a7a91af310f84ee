/** A server that receives webhooks. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** A receiver of messages that answers as a test says. */
export class Receiver {
  readonly received: { headers: IncomingHttpHeaders; body: string; path: string | undefined }[] = [];
  answer: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.writeHead(204).end();
  private readonly server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    this.received.push({ headers: request.headers, body, path: request.url });
    this.answer(response, request);
  });

  async start(host = '127.0.0.1'): Promise<string> {
    this.server.listen(0, host);
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
