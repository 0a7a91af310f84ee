/** The cookies of people who sign in. Programs have none: they send keys. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PublicUrl } from '../addressSettings';

/**
 * `session`: who is signed in; `sign-in`: what a sign-in under way has to prove in the end; `id-token`: what the provider
 * said of the person, by which it knows whom to sign out.
 */
export type CookieName = 'session' | 'sign-in' | 'id-token';

/** How this server's cookies are named and set. */
export class Cookies {
  private readonly isSecure: boolean;
  private readonly suffix: string;

  /** @param publicUrl unset: browsers reach the server by plain HTTP, on the same machine */
  constructor(publicUrl: PublicUrl | undefined) {
    this.isSecure = publicUrl?.origin.startsWith('https:') ?? false;
    // Servers that share an origin have cookies of their own; a name has no slashes.
    this.suffix = (publicUrl?.path ?? '').replaceAll('/', '!');
  }

  /** @returns the value that a browser sent; undefined if there is none, or several, of which one is not this server's */
  read({ headers }: IncomingMessage, name: CookieName): string | undefined {
    const { cookie } = headers;
    if (cookie === undefined) return undefined;
    const beginning = `${this.fullName(name)}=`;
    const [value, ...more] = cookie
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(beginning));
    return value === undefined || more.length > 0 ? undefined : value.slice(beginning.length);
  }

  /** @param value of letters, digits, dots, dashes and underscores */
  set(response: ServerResponse, name: CookieName, value: string, seconds: number): void {
    const parts = [
      `${this.fullName(name)}=${value}`,
      'Path=/',
      `Max-Age=${Math.max(0, Math.floor(seconds))}`,
      'HttpOnly',
      // It comes with the way back from the provider, and with no request of another site's page that changes anything.
      'SameSite=Lax',
      ...(this.isSecure ? ['Secure'] : []),
    ];
    response.appendHeader('Set-Cookie', parts.join('; '));
  }

  /** Has the browser forget a cookie. */
  clear(response: ServerResponse, name: CookieName): void {
    this.set(response, name, '', 0);
  }

  /** With the prefix, browsers accept it from this host alone, over HTTPS, and no neighbouring host can plant one. */
  private fullName(name: CookieName): string {
    return `${this.isSecure ? '__Host-' : ''}deeplesion-${name}${this.suffix}`;
  }
}
