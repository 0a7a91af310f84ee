import type { Request } from 'express';

/** Host name or address with an optional port; anything else in the header is somebody's attempt at something. */
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** @returns scheme and host under which the client reached this server, for addresses in its answers; undefined where they are not sane */
export function originOf(request: Request): string | undefined {
  const host = request.get('host');
  return host !== undefined && HOST.test(host) ? `${request.protocol}://${host}` : undefined;
}
