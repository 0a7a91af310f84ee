/** Requests that name a document of this server in place of sending it, and servers that answer strangers no other. */
import type { RequestHandler } from 'express';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import type { Caller } from '../access';
import type { Config } from '../config';
import { BadUserInput, Unauthenticated } from '../errors';
import { documentOf, FACTS_HEADER, findByChecksum, isKnownDocument, refusalOf } from '../graphql';

/** The extension of client libraries that send checksums; what is stored here never grows by it. */
const ChecksumExtension = z.object({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: z.string() }) });

/** A request of GraphQL over HTTP, as it came. */
interface Parameters {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

/**
 * Puts the text of a document in the place of its name.
 *
 * @param request the body of a request, which is left as it is if it sends its document
 * @param headers of the request; a response to one that names its document has `extensions.deeplesion`
 * @throws BadUserInput for a name of no document, or a document in addition to a name
 */
export function completeRequest(request: Parameters, headers: { set(name: string, value: string): unknown }): object {
  const { query, documentId, ...rest } = request;
  if (documentId === undefined || documentId === null)
    return query === undefined ? completeByChecksum(request) : request;
  if (query !== undefined) throw new BadUserInput('Expected either query or documentId; got both.', 'documentId');
  if (typeof documentId !== 'string') throw new BadUserInput('Expected documentId to be a text.', 'documentId');
  headers.set(FACTS_HEADER, '1');
  return { ...rest, query: documentOf(documentId) };
}

function completeByChecksum(request: Parameters): object {
  const { data } = ChecksumExtension.safeParse(request.extensions);
  const query = data && findByChecksum(data.persistedQuery.sha256Hash);
  if (query === undefined) return request;
  const { extensions: _known, ...rest } = request;
  return { ...rest, query };
}

/**
 * @param source the text of the document of a request
 * @returns the error if REQUIRE_PERSISTED keeps this caller from sending a document of its own
 */
export function refusalOfUnknownDocument(
  { requirePersisted }: Pick<Config, 'requirePersisted'>,
  caller: Caller,
  source: unknown,
): GraphQLError | undefined {
  if (requirePersisted === undefined || caller.key !== null) return undefined;
  if (typeof source !== 'string' || isKnownDocument(source)) return undefined;
  return refusalOf(
    new Unauthenticated(
      'Without a key, this server answers only the documents that it knows: /cookbook.json lists those of the cookbook. ' +
        'For others, send a key in the header "Authorization: Bearer dl_…". The schema is at /schema.graphql.',
      'read',
    ),
  );
}

/** Completes the bodies that took the long way through Express. */
export const nameDocument: RequestHandler = (request, _response, next) => {
  const { body } = request;
  const headers = { set: (name: string, value: string) => Object.assign(request.headers, { [name]: value }) };
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) request.body = completeRequest(body, headers);
  next();
};
