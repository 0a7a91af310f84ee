import type { RequestHandler } from 'express';
import { type Parameters, readParameters } from '../parameters';

export { readParameters, refuseParameter } from '../parameters';
/** The part of an address behind the question mark, as Express reads it. */
export type Query = Parameters;

/** The parameters of GraphQL over HTTP. */
export const GRAPHQL_PARAMETERS = ['query', 'operationName', 'variables', 'extensions', 'documentId'] as const;

/** Refuses requests with parameters that the address behind does not know. */
export function expectParameters(...known: readonly string[]): RequestHandler {
  return (request, _response, next) => {
    readParameters(request.query, known);
    next();
  };
}
