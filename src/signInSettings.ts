/** Settings of the OpenID provider that people sign in with. */
import type { z } from 'zod';
import { isOpenToOthers, parseRoleMap, type RoleMap } from './access';
import type { PublicUrl } from './addressSettings';
import { BadUserInput, messageOf } from './errors';

/** How people sign in. */
export interface SignInSettings {
  /** address of the provider, as it names itself */
  readonly issuer: string;
  readonly clientId: string;
  /** unset: a public client */
  readonly clientSecret?: string;
  /** of OpenID Connect, that the provider is asked for; `openid` is among them */
  readonly scopes: readonly string[];
  /** name or path of the claim with the groups of a person */
  readonly groupsClaim: string;
  readonly roleMap: RoleMap;
  /** of the provider, on the button of the page */
  readonly name: string;
}

/** The variables, as the environment has them. */
export interface SignInVariables {
  readonly OIDC_ISSUER?: string;
  readonly OIDC_CLIENT_ID?: string;
  readonly OIDC_CLIENT_SECRET?: string;
  readonly OIDC_SCOPES: readonly string[];
  readonly OIDC_GROUPS_CLAIM: string;
  readonly OIDC_ROLE_MAP?: RoleMap;
  readonly OIDC_NAME?: string;
  readonly HOST: string;
  readonly PUBLIC_URL?: PublicUrl;
  readonly TRUSTED_PROXIES: readonly string[];
}

/** Of no use without the provider's address. */
const NEED_ISSUER = ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLE_MAP'] as const;

const isOnThisMachine = (address: string): boolean => !isOpenToOthers({ host: new URL(address).hostname });

/**
 * @returns undefined where people do not sign in
 * @throws BadUserInput for settings that do not fit one another
 */
export function signInSettingsOf(variables: SignInVariables): SignInSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, PUBLIC_URL: publicUrl } = variables;
  if (issuer === undefined) {
    const lone = NEED_ISSUER.find((name) => variables[name] !== undefined);
    if (lone) throw new BadUserInput(`Expected OIDC_ISSUER together with ${lone}: the address of the provider.`, lone);
    return undefined;
  }
  if (clientId === undefined)
    throw new BadUserInput(
      'Expected OIDC_CLIENT_ID together with OIDC_ISSUER: the id that the provider gave to this server.',
      'OIDC_CLIENT_ID',
    );
  if (publicUrl === undefined && isOpenToOthers({ host: variables.HOST, trustedProxies: variables.TRUSTED_PROXIES }))
    throw new BadUserInput(
      'Expected PUBLIC_URL together with OIDC_ISSUER: the provider sends people back to PUBLIC_URL/auth/callback.',
      'PUBLIC_URL',
    );
  if (publicUrl?.origin.startsWith('http:') && !isOnThisMachine(publicUrl.origin))
    throw new BadUserInput(
      `Expected PUBLIC_URL with https together with OIDC_ISSUER, got ${publicUrl.origin}: others could read who is signed in.`,
      'PUBLIC_URL',
    );
  return {
    issuer,
    clientId,
    clientSecret: variables.OIDC_CLIENT_SECRET,
    scopes: [...new Set(['openid', ...variables.OIDC_SCOPES])],
    groupsClaim: variables.OIDC_GROUPS_CLAIM,
    roleMap: variables.OIDC_ROLE_MAP ?? new Map(),
    name: variables.OIDC_NAME ?? new URL(issuer).host,
  };
}

/** @returns the address of a provider as it was given, which is how the provider names itself */
export function readIssuer(text: string | undefined, context: z.RefinementCtx): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (isPlain && (url.protocol === 'https:' || (url.protocol === 'http:' && isOnThisMachine(text)))) return text;
  context.addIssue(
    'Expected the address of an OpenID provider as it names itself, with https and without parameters, such as ' +
      'https://login.example.org/realms/lab',
  );
  return undefined;
}

/** @returns the roles of groups */
export function readRoleMap(text: string | undefined, context: z.RefinementCtx): RoleMap | undefined {
  try {
    return text === undefined ? undefined : parseRoleMap(text);
  } catch (thrown) {
    context.addIssue(messageOf(thrown));
    return undefined;
  }
}
