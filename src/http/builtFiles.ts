import { readdirSync } from 'node:fs';
import express, { type RequestHandler } from 'express';

/** The compressed copies that the build lays beside each text file (scripts/compressFiles.mjs), the smaller one first. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/**
 * Serves the files of a folder of the build: as their compressed copy, if there is one that the client accepts, under
 * the name and type of the file.
 *
 * @param caching how long clients may keep them
 */
export function serveBuilt(
  folder: string,
  caching: { readonly immutable?: boolean; readonly maxAge: string },
): RequestHandler[] {
  let names: ReadonlySet<string> | undefined;
  const preferCompressed: RequestHandler = (request, response, next) => {
    const type = /\.(js|css|svg)$/.exec(request.path)?.[0];
    if (type !== undefined) {
      const accepted = request.acceptsEncodings(ENCODINGS.map(({ name }) => name));
      const encoding = ENCODINGS.find(({ name }) => name === accepted);
      // Read once, as the pages are.
      names ??= new Set(readdirSync(folder));
      if (encoding && names.has(`${request.path.slice(1)}${encoding.suffix}`)) {
        request.url = request.url.replace(request.path, `${request.path}${encoding.suffix}`);
        response.set('Content-Encoding', encoding.name).type(type);
      }
    }
    next();
  };
  // Its own redirects would have a policy of their own.
  return [preferCompressed, express.static(folder, { index: false, redirect: false, ...caching })];
}
