/** The HTTP server with every way in that it has. */
export type { HttpErrorCode } from './errors';
export { createHttpServer, type HttpServer } from './server';
export { SERVER_CLOCK, type ServerClock } from './serverClock';
