/** What a caller may do, as verbs. The order is that of every list of scopes. */
export const SCOPES = [
  'read',
  'export',
  'detect',
  'upload',
  'submit',
  'review',
  'curate',
  'register',
  'operate',
  'keys',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope is for, for documentation. */
export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  read: 'Query the graph, follow jobs, get pictures and Hounsfield units.',
  export: 'Download data sets, runs and evaluations as files.',
  detect: 'Start detection runs and detections in uploads, evaluate runs.',
  upload: 'Send images, series and models.',
  submit: 'Add detections that were made elsewhere.',
  review: 'Give verdicts on detections; the reviewer is the name of the key or the person.',
  curate: 'Categorize lesions, name pseudo-clusters, see the ground truth of hidden splits.',
  register: 'Register detectors.',
  operate: 'Cancel and delete what belongs to others, manage all keys, see what the doctor finds.',
  keys: 'Create, rotate and revoke keys, read the audit trail.',
};

const READER = ['read', 'export'] as const;
const REVIEWER = [...READER, 'review'] as const;

/** Named sets of scopes. */
export const ROLES = {
  reader: READER,
  client: [...READER, 'detect', 'upload', 'submit'],
  reviewer: REVIEWER,
  curator: [...REVIEWER, 'curate', 'register'],
  operator: SCOPES,
} as const satisfies Record<string, readonly Scope[]>;
export type Role = keyof typeof ROLES;

/** The names of the roles, from the least to the most. */
export const ROLE_NAMES: readonly Role[] = ['reader', 'client', 'reviewer', 'curator', 'operator'];

export function isScope(text: string): text is Scope {
  return SCOPES.some((scope) => scope === text);
}

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}

/** @returns scopes without duplicates, in the order of `SCOPES` */
export function inOrder(scopes: Iterable<Scope>): Scope[] {
  const given = new Set(scopes);
  return SCOPES.filter((scope) => given.has(scope));
}
