/** What a refusal says of itself. */
export interface Denial {
  /** UNAUTHENTICATED or FORBIDDEN */
  readonly code?: unknown;
  /** that is missing */
  readonly scope?: unknown;
  /** a key came, and it is none */
  readonly isWrongKey?: boolean;
}

/** @returns the header WWW-Authenticate of RFC 6750: how to be let in */
export function challengeOf({ code, scope, isWrongKey = false }: Denial): string {
  const parts = ['realm="deeplesion"'];
  if (typeof scope === 'string') parts.push(`scope="${scope}"`);
  if (isWrongKey) parts.push('error="invalid_token"');
  else if (code === 'FORBIDDEN') parts.push('error="insufficient_scope"');
  return `Bearer ${parts.join(', ')}`;
}
