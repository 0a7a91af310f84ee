import { createHash } from 'node:crypto';
import { HeaderMap } from '@apollo/server';
import type { RequestHandler, Response } from 'express';
import type { GraphqlEndpoint } from './apollo';
import type { Doors } from './doors';
import type { KeptAnswers } from './keptAnswers';
import { GRAPHQL_PARAMETERS, readParameters } from './parameters';
import { completeRequest } from './persistedDocuments';
import { refuseOtherPages } from './requester';

/** For so long, a client or proxy need not ask again; a run that ends in the meantime is seen after it. */
const FRESH_SECONDS = 15;

/**
 * Answers `GET /graphql?documentId=…`, with a weak ETag of the answer. The answer is computed before it is compared: what
 * it rests on differs from caller to caller (keys are bound to data sets), and the statements of a page take less time
 * than its transfer.
 *
 * @param run the graph
 * @param kept answers that are sent again
 * @param doors tell who sent a request: what a key may read is for no cache that others share
 */
export function answerNamedDocument(
  run: GraphqlEndpoint['run'],
  doors: Doors,
  kept: KeptAnswers | undefined,
): RequestHandler {
  return async (request, response, next) => {
    const parameters = readParameters(request.query, GRAPHQL_PARAMETERS);
    if (parameters.documentId === undefined) {
      next();
      return;
    }
    refuseOtherPages(request);
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers))
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    const search = `?${new URLSearchParams({ ...completeRequest(parameters, headers) })}`;
    const compute = () => run({ method: 'GET', headers, search, body: undefined }, request, response);
    const answer = kept ? await kept.answer(search, request, response, compute) : await compute();
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    const text = answer.body.kind === 'complete' ? answer.body.string : '';
    // Anyone may read the answers of the cookbook that strangers get; documents of the interface tell who asks.
    const isForAll = doors.callerOf(request).key === null && parameters.documentId.startsWith('cookbook:');
    const isWhole = (answer.status ?? 200) === 200 && !('errors' in JSON.parse(text));
    response.vary('Authorization');
    response.set(
      'Cache-Control',
      isWhole ? `${isForAll ? 'public' : 'private'}, max-age=${FRESH_SECONDS}` : 'no-store',
    );
    response.status(answer.status ?? 200);
    if (isWhole) sendUnlessKnown(response, text, request.get('if-none-match'));
    else response.send(text);
  };
}

function sendUnlessKnown(response: Response, text: string, known: string | undefined): void {
  const tag = `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  response.set('ETag', tag);
  const tags = (known ?? '').split(',').map((one) => one.trim());
  // A proxy that compresses may have made the tag strong or weak.
  if (tags.some((one) => one === '*' || one.replace(/^(?:W\/)?/, 'W/') === tag)) response.status(304).end();
  else response.send(text);
}
