import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { HttpError, MAX_BODY_BYTES } from './errors';

/** @returns what reads bodies of JSON on the long way through Express */
export function createJsonReader(): RequestHandler {
  return express.json({
    limit: MAX_BODY_BYTES,
    inflate: false,
    verify: (_request, _response, body) => checkUtf8(body),
  });
}

/**
 * JSON is UTF-8 by its standard. Decoders put a mark in the place of what is not, and a name with an umlaut in Latin-1
 * would be stored as another name.
 *
 * @throws HttpError if the bytes are something else
 */
export function checkUtf8(body: Uint8Array): void {
  if (!isUtf8(body))
    throw new HttpError(
      'BAD_USER_INPUT',
      'Send the body as UTF-8: it has bytes that are not, as Latin-1 has for letters with accents.',
    );
}
