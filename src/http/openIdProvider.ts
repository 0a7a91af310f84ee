import type { PersonClaims } from '../access';
import { mappedGroups } from '../access';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import type { SignInSettings } from '../signInSettings';
import { HttpError } from './errors';

/** It is loaded only where people sign in; it has the form of modules that `require` does not know. */
const loadLibrary = () => import('openid-client');
type Library = Awaited<ReturnType<typeof loadLibrary>>;
type Configuration = Awaited<ReturnType<Library['discovery']>>;

/** What a sign-in has to prove when the browser comes back: known to that browser and to no one else. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  /** of PKCE */
  readonly verifier: string;
}

/** What a sign-in has brought. */
export interface SignedIn {
  readonly claims: PersonClaims;
  /** as the provider signed it */
  readonly idToken: string;
}

/** For how long things are relied on. */
export interface ProviderClock {
  /** what the provider says of itself is read again after this time */
  keptMs: number;
  /** after a provider was away, it is not asked again within this time */
  pauseMs: number;
}

const CLOCK: ProviderClock = { keptMs: 3_600_000, pauseMs: 2_000 };
const TIMEOUT_SECONDS = 10;

const AWAY = new HttpError(
  'UNAVAILABLE',
  'The provider that signs people in does not answer. Try again in a moment; keys work as before.',
);

/** A provider of OpenID Connect: the authorization code flow with PKCE, state and nonce. */
export class OpenIdProvider {
  private readonly clock: ProviderClock;
  private found: { configuration: Configuration; library: Library; at: number } | undefined;
  private finding: Promise<void> | undefined;
  private failedAt = Number.NEGATIVE_INFINITY;

  /** @param clock other than the default for tests */
  constructor(
    private readonly settings: SignInSettings,
    private readonly log: Logger,
    clock: Partial<ProviderClock> = {},
  ) {
    this.clock = { ...CLOCK, ...clock };
  }

  /** Looks for the provider, and says in the log whether it is there; the server starts in any case. */
  async greet(): Promise<void> {
    const { issuer } = this.settings;
    const isThere = await this.reach().catch(() => false);
    if (isThere) this.log.info({ issuer }, 'people can sign in by OpenID Connect');
  }

  /**
   * @param redirectUri where the provider sends the browser back to
   * @returns the address of the provider for the browser
   * @throws HttpError if the provider is away
   */
  async begin(redirectUri: string): Promise<{ url: URL; pending: PendingSignIn }> {
    const { configuration, library } = await this.reach();
    const pending = {
      state: library.randomState(),
      nonce: library.randomNonce(),
      verifier: library.randomPKCECodeVerifier(),
    };
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: this.settings.scopes.join(' '),
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    });
    return { url, pending };
  }

  /**
   * Exchanges the code that the browser came back with, and checks what the provider says: state, nonce, PKCE, issuer,
   * audience, times and the signature of the ID token.
   *
   * @param address that the browser came back to, with its parameters
   * @throws HttpError with a sentence for the person
   */
  async complete(address: URL, { state, nonce, verifier }: PendingSignIn): Promise<SignedIn> {
    const { configuration, library } = await this.reach();
    try {
      const tokens = await library.authorizationCodeGrant(configuration, address, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('There is no ID token.');
      const has = (name: string): boolean => valueAt(claims, name) !== undefined;
      const isComplete = NAMES.some(has) && has(this.settings.groupsClaim);
      const more =
        isComplete || configuration.serverMetadata().userinfo_endpoint === undefined
          ? {}
          : await library.fetchUserInfo(configuration, tokens.access_token, claims.sub);
      return { claims: this.claimsOf(claims.iss, claims.sub, { ...more, ...claims }), idToken: tokens.id_token ?? '' };
    } catch (thrown) {
      throw this.refusalOf(thrown, library);
    }
  }

  /**
   * @param returnTo where the provider sends the browser afterwards
   * @param idToken of the sign-in, by which the provider knows whom to sign out; undefined: it asks the browser
   * @returns where a person signs out of the provider as well; null if it has no such page, or is away
   */
  async signOutUrl(returnTo: string, idToken: string | undefined): Promise<URL | null> {
    const reached = await this.reach().catch(() => null);
    if (reached?.configuration.serverMetadata().end_session_endpoint === undefined) return null;
    return reached.library.buildEndSessionUrl(reached.configuration, {
      post_logout_redirect_uri: returnTo,
      ...(idToken !== undefined && { id_token_hint: idToken }),
    });
  }

  private claimsOf(issuer: string, subject: string, claims: Record<string, unknown>): PersonClaims {
    const { groupsClaim, roleMap } = this.settings;
    const name = NAMES.map((claim) => claims[claim]).find((value) => typeof value === 'string' && value.trim() !== '');
    const value = valueAt(claims, groupsClaim);
    const groups = (Array.isArray(value) ? value : [value]).filter((group) => typeof group === 'string');
    return { issuer, subject, name: typeof name === 'string' ? name : subject, groups: mappedGroups(groups, roleMap) };
  }

  /** @throws HttpError if the provider is away */
  private async reach(): Promise<{ configuration: Configuration; library: Library }> {
    const isOld = !this.found || performance.now() - this.found.at > this.clock.keptMs;
    if (isOld && performance.now() - this.failedAt > this.clock.pauseMs) {
      this.finding ??= this.find().finally(() => {
        this.finding = undefined;
      });
      await this.finding;
    }
    // What it said before still holds while it is away: the exchange of a code will tell.
    if (!this.found) throw AWAY;
    return this.found;
  }

  private async find(): Promise<void> {
    const { issuer, clientId, clientSecret } = this.settings;
    try {
      const library = await loadLibrary();
      const configuration = await library.discovery(
        new URL(issuer),
        clientId,
        undefined,
        clientSecret === undefined ? library.None() : secretAuthentication(library, clientSecret),
        {
          timeout: TIMEOUT_SECONDS,
          // Otherwise the library trusts the connection, and leaves signatures unchecked.
          execute: [
            library.enableNonRepudiationChecks,
            ...(issuer.startsWith('http:') ? [library.allowInsecureRequests] : []),
          ],
        },
      );
      this.found = { configuration, library, at: performance.now() };
    } catch (failure) {
      this.failedAt = performance.now();
      this.log.error(
        { issuer, err: failure },
        `the OpenID provider was not found, so that people cannot sign in now: ${reasonOf(failure)}`,
      );
    }
  }

  private refusalOf(thrown: unknown, { AuthorizationResponseError, ResponseBodyError }: Library): HttpError {
    if (thrown instanceof AuthorizationResponseError)
      return new HttpError('FORBIDDEN', `The provider did not sign you in: ${codeOf(thrown.error)}.`);
    if (thrown instanceof ResponseBodyError) {
      this.log.error({ error: thrown.error, status: thrown.status }, 'the OpenID provider refused to exchange a code');
      return new HttpError(
        'UNAUTHENTICATED',
        thrown.error === 'invalid_grant'
          ? 'The provider did not accept the code that came back, which counts once and for a short time: sign in again.'
          : `The provider did not accept this server (${codeOf(thrown.error)}): tell its operator.`,
      );
    }
    this.log.error({ reason: reasonOf(thrown) }, 'a sign-in failed');
    if (isOutage(thrown)) return AWAY;
    return new HttpError('UNAUTHENTICATED', 'What the provider sent does not hold, and nobody was signed in.');
  }
}

/** Claims with a name for people, the best first. */
const NAMES = ['name', 'preferred_username', 'email'];

/** A provider may take the secret in one way only. */
function secretAuthentication(
  { ClientSecretBasic, ClientSecretPost }: Library,
  secret: string,
): ReturnType<Library['ClientSecretPost']> {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const supported = server.token_endpoint_auth_methods_supported;
    const isBasic = supported === undefined || supported.includes('client_secret_basic');
    (isBasic ? basic : post)(server, client, body, headers);
  };
}

/** A claim by its name, or by a path such as `realm_access.roles`. */
function valueAt(claims: object, path: string): unknown {
  const direct: unknown = Reflect.get(claims, path);
  if (direct !== undefined) return direct;
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      claims,
    );
}

/** Error codes of OAuth; the address of the way back is anyone's text. */
const codeOf = (error: string): string => (/^[a-z_]{1,60}$/.test(error) ? error : 'an error without a code');

/** What the library says if there was no answer in time, or one with a status of failure. */
const OUTAGES: readonly unknown[] = ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM'];

/** The connection failed, or took too long; the library keeps below its own error what `fetch` has thrown. */
function isOutage(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false;
  if (OUTAGES.includes(Reflect.get(thrown, 'code')) || Reflect.get(thrown, 'message') === 'fetch failed') return true;
  return isOutage(Reflect.get(thrown, 'cause'));
}

/** What failed, without the claims and tokens that errors of the library carry along. */
function reasonOf(thrown: unknown): string {
  const cause: unknown = thrown instanceof Error ? thrown.cause : undefined;
  const below = cause instanceof Error ? `: ${cause.message}` : '';
  return `${messageOf(thrown)}${below}`;
}
