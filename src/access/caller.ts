/** Who asks, and what they may do: decisions without any I/O. */
import { BadUserInput, Forbidden, quoted, Unauthenticated } from '../errors';
import type { QuotaLimits } from './quotaLimits';
import { ROLE_NAMES, ROLES, type Role, SCOPES, type Scope } from './scopes';

/** The key that a request came with. */
export interface CallerKey {
  /** row id, for the server itself */
  row: number;
  /** its id outside the database */
  uuid: string;
  /** ID of `dl_ID_SECRET` */
  keyId: string;
  name: string;
  expiresAt: Date | null;
  /** limits of its own */
  quotas?: QuotaLimits;
}

/** The person whose session a request came with. */
export interface CallerPerson {
  /** row id of the session, for the server itself */
  session: number;
  /** its id outside the database */
  uuid: string;
  /** the provider that identified the person, and the person's id there */
  issuer: string;
  subject: string;
  name: string;
  /** what verdicts are signed with */
  reviewer: string;
  /** by the groups that the provider named; none: the person may do what callers may who are not signed in */
  roles: readonly Role[];
  /** end of the session */
  expiresAt: Date;
}

/** Who sent a request. */
export interface Caller {
  /**
   * whose the things are that the request makes, and who has turns and limits: the holder of the key, the person who is
   * signed in, or for any other caller its address
   */
  readonly owner: string;
  /** network address, an IPv6 one cut to its /64 */
  readonly address: string;
  readonly scopes: ReadonlySet<Scope>;
  /** null for a caller without one */
  readonly key: CallerKey | null;
  /** null for a caller who is not signed in, and for one with a key */
  readonly person: CallerPerson | null;
  /** slugs of the only data sets that it may touch; null: all */
  readonly datasets: ReadonlySet<string> | null;
}

/** Scopes of which a caller needs one. None: anyone may. */
export type Rule = readonly Scope[];

/** This process itself: the command line, and tests of what is behind the doors. */
export const LOCAL_CALLER: Caller = {
  owner: 'local',
  address: 'local',
  scopes: new Set(SCOPES),
  key: null,
  person: null,
  datasets: null,
};

/** @returns whether the caller has one of the scopes of a rule */
export function isAllowed(caller: Caller, rule: Rule): boolean {
  return rule.length === 0 || rule.some((scope) => caller.scopes.has(scope));
}

/** @throws Unauthenticated without a key, Forbidden with one, each naming the scope and how to get it */
export function expectScope(caller: Caller, rule: Rule): void {
  if (!isAllowed(caller, rule)) throw refusalOfRule(caller, rule);
}

/** @returns why a caller that has none of the scopes of a rule is refused */
function refusalOfRule({ key, person }: Caller, rule: Rule): Unauthenticated | Forbidden {
  const [scope = 'read'] = rule;
  const needed = rule.map((one) => `\`${one}\``).join(' or ');
  if (key)
    return new Forbidden(
      `This needs the scope ${needed}, which your key ${named(key)} does not have. ${howToGet(scope)}`,
      scope,
    );
  if (person)
    return new Forbidden(
      `This needs the scope ${needed}, which ${rolesText(person)}. The operator of this server gives roles to groups of ` +
        'your provider (OIDC_ROLE_MAP).',
      scope,
    );
  return new Unauthenticated(
    `This needs the scope ${needed}, which requests without a key do not have here: ${HOW_TO_SEND} ${howToGet(scope)}`,
    scope,
  );
}

/** How a key is sent, for every refusal. */
export const HOW_TO_SEND =
  'send a key in the header "Authorization: Bearer dl_…" (on a WebSocket as `authorization` of connection_init).';

const rolesText = ({ name, roles }: CallerPerson): string =>
  roles.length > 0 ? `${quoted(name)} does not have as ${roles.join(', ')}` : `no group of ${quoted(name)} has here`;

const named = ({ keyId, name }: CallerKey): string => `"${name}" (dl_${keyId}_…)`;

function howToGet(scope: Scope): string {
  const role = ROLE_NAMES.find((name) => ROLES[name].some((one) => one === scope)) ?? 'operator';
  return (
    `The operator of this server makes one with "npx deeplesion key create --name NAME --role ${role}" ` +
    `or "--scope ${scope}".`
  );
}

/** @returns whether it is known who the caller is: the holder of a key, or a person who is signed in */
export const isKnown = ({ key, person }: Pick<Caller, 'key' | 'person'>): boolean => key !== null || person !== null;

/** @returns whether something belongs to the caller, or the caller may handle what belongs to others */
export function mayHandle(caller: Caller, owner: string | null): boolean {
  return owner === caller.owner || caller.scopes.has('operate');
}

/**
 * @param what with an article, such as "a run"
 * @throws Unauthenticated or Forbidden naming the scope `operate` if it belongs to somebody else
 */
export function expectOwner(caller: Caller, owner: string | null, what: string): void {
  if (mayHandle(caller, owner)) return;
  const refusal = `This is ${what} of another owner: only its owner and holders of the scope \`operate\` may do that.`;
  if (isKnown(caller)) throw new Forbidden(refusal, 'operate');
  throw new Unauthenticated(`${refusal} If it is yours, ${HOW_TO_SEND}`, 'operate');
}

/** @returns whether the caller may touch a data set. @param dataset `slug` or `slug@version` */
function mayTouch({ datasets }: Caller, dataset: string): boolean {
  return datasets === null || datasets.has(dataset.split('@', 1)[0] ?? '');
}

/**
 * For what changes or makes something.
 *
 * @throws Forbidden naming the data sets of the key
 */
export function expectDataset(caller: Caller, dataset: string, argument?: string): void {
  if (mayTouch(caller, dataset)) return;
  const bound = [...(caller.datasets ?? [])].join(', ');
  throw new Forbidden(
    `Your key is bound to the data sets ${bound}: ask the operator of this server for one that may use others.`,
    undefined,
    argument,
  );
}

/**
 * Who signs a verdict: a key and a person sign with their own names, and for any other caller the name is what the client
 * says.
 *
 * @param given the name in the request, if there is one
 * @throws BadUserInput for another name than the caller's own, and for no name of a caller who is not known
 */
export function reviewerOf({ key, person }: Caller, given: string | null | undefined): string {
  const own = key?.name ?? person?.reviewer;
  if (own !== undefined && given != null && given.trim() !== own)
    throw new BadUserInput(
      `Expected reviewer to be ${key ? 'the name of your key' : 'your name'}, ${quoted(own)}, or omitted; got ${quoted(given)}.`,
      'reviewer',
    );
  const name = own ?? given;
  if (name == null) throw new BadUserInput('Expected reviewer: without a key, verdicts need a name.', 'reviewer');
  return name;
}
