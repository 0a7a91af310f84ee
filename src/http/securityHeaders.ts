import type { ServerResponse } from 'node:http';

/** Headers that keep a response from being run, framed or guessed at by a browser. */
export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
});

/** Sets the headers that every response has. Pages with scripts set their own policy. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
}
