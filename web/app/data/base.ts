/**
 * The path below which the server is (PUBLIC_URL), such as `/deeplesion`, or empty. The server writes it into the page,
 * so that one build serves every prefix.
 */
export const BASE: string = globalThis.document?.documentElement.dataset.base ?? '';

/** @param path of this server, such as `/graphql` @returns the same below the prefix */
export const below = (path: string): string => `${BASE}${path}`;

/** @returns the address of the server for people: scheme, host, port and prefix */
export const serverAddress = (): string => `${window.location.origin}${BASE}`;
