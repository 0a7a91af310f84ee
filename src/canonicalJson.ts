/** JSON with sorted keys, so that two values can be compared whatever the order of their members is. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/**
 * A request as canonical JSON. A field that is null is the same as an omitted one, as in the arguments of the graph.
 */
export function canonicalRequest(request: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(request, (_, member: unknown) => member ?? undefined)));
}
