export { type HttpErrorCode, sendError } from './errors';
export { createHttpServer, type HttpServer } from './server';
