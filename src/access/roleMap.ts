/** Which groups of an OpenID provider have which role here. */
import { BadUserInput, quoted } from '../errors';
import { inOrder, isRole, ROLE_NAMES, ROLES, type Role, type Scope } from './scopes';

/** Roles by the names of groups. */
export type RoleMap = ReadonlyMap<string, Role>;

/** Stands for everyone who signs in. */
const EVERYONE = '*';

/**
 * Parses OIDC_ROLE_MAP: `group=role` separated by commas, or a JSON object with groups and roles, for groups whose names
 * have commas.
 *
 * @throws BadUserInput for anything else, and for a role that there is not
 */
export function parseRoleMap(text: string): RoleMap {
  const pairs = text.trimStart().startsWith('{') ? pairsOfJson(text) : pairsOfList(text);
  const map = new Map<string, Role>();
  for (const [group, role] of pairs) {
    if (group === '') throw refusal(`a group without a name for ${quoted(role)}`);
    if (typeof role !== 'string' || !isRole(role))
      throw refusal(`the role ${quoted(role)} for ${quoted(group)}, and roles are ${ROLE_NAMES.join(', ')}`);
    if (map.has(group)) throw refusal(`the group ${quoted(group)} twice`);
    map.set(group, role);
  }
  return map;
}

function pairsOfList(text: string): (readonly [group: string, role: unknown])[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.lastIndexOf('=');
      if (at < 0) throw refusal(quoted(entry));
      return [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
    });
}

function pairsOfJson(text: string): (readonly [group: string, role: unknown])[] {
  try {
    const map: unknown = JSON.parse(text);
    if (typeof map === 'object' && map !== null && !Array.isArray(map)) return Object.entries(map);
  } catch {
    // The refusal says what was expected.
  }
  throw refusal(quoted(text));
}

const refusal = (got: string): BadUserInput =>
  new BadUserInput(
    `Expected groups with a role each, as group=role,group=role or as {"group": "role"}, got ${got}`,
    'OIDC_ROLE_MAP',
  );

/** @returns those groups that have a role: no others are kept */
export function mappedGroups(groups: readonly string[], map: RoleMap): string[] {
  return [...new Set(groups)].filter((group) => group !== EVERYONE && map.has(group)).sort();
}

/** @returns the roles of a person, from the least to the most; the group `*` is everyone who signs in */
export function rolesOf(groups: readonly string[], map: RoleMap): Role[] {
  const roles = new Set([EVERYONE, ...groups].flatMap((group) => map.get(group) ?? []));
  return ROLE_NAMES.filter((role) => roles.has(role));
}

/** @returns what several roles may do together */
export function scopesOf(roles: readonly Role[]): Scope[] {
  return inOrder(roles.flatMap((role) => ROLES[role]));
}
