/**
 * The one table of what each operation of the graph and each HTTP route needs. The schema and the server are built with
 * it: what is not in it cannot be served.
 */
import type { Rule } from './caller';
import type { Scope } from './scopes';

/** Anyone may, without any scope. */
const ANYONE: Rule = [];
const READ: Rule = ['read'];

/** What a mutation needs. */
export interface MutationRule {
  /** one of these scopes */
  readonly needs: Rule;
  /** what belongs to somebody else needs this one */
  readonly ofOthers?: Scope;
}

/** A caller may cancel what it may start. */
const CANCEL: MutationRule = { needs: ['detect', 'submit', 'curate', 'operate'], ofOthers: 'operate' };

export const MUTATIONS: Readonly<Record<string, MutationRule>> = {
  acceptTerms: { needs: ['read'] },
  archiveDetector: { needs: ['register'] },
  cancelDetectionRun: CANCEL,
  // Exports are jobs too.
  cancelJob: { needs: ['detect', 'submit', 'curate', 'export', 'operate'], ofOthers: 'operate' },
  categorizeLesions: { needs: ['curate'] },
  createCohort: { needs: ['detect', 'submit', 'curate'] },
  createApiKey: { needs: ['keys'] },
  createExport: { needs: ['export'] },
  deleteCategorization: { needs: ['operate'] },
  deleteCohort: { needs: ['detect', 'submit', 'curate', 'operate'], ofOthers: 'operate' },
  deleteDataset: { needs: ['operate'] },
  deleteDetectionRun: { needs: ['detect', 'submit', 'operate'], ofOthers: 'operate' },
  detectInImage: { needs: ['detect'] },
  // Reviewers see what their verdicts change.
  evaluateDetectionRun: { needs: ['detect', 'submit', 'review'] },
  labelPseudoCluster: { needs: ['curate'] },
  registerDetector: { needs: ['register'] },
  retryDetectionRun: { needs: ['detect'] },
  reviewDetection: { needs: ['review'] },
  revokeApiKey: { needs: ['keys'], ofOthers: 'operate' },
  rotateApiKey: { needs: ['keys'], ofOthers: 'operate' },
  runDetection: { needs: ['detect'] },
  setDatasetVisibility: { needs: ['operate'] },
  setHiddenSplit: { needs: ['operate'] },
  submitDetections: { needs: ['submit'] },
  unarchiveDetector: { needs: ['register'] },
  updateDetectionRun: { needs: ['detect', 'submit', 'operate'], ofOthers: 'operate' },
};

export const SUBSCRIPTIONS: Readonly<Record<string, Rule>> = {
  detectionRunProgress: READ,
  detectionRunsChanged: READ,
  jobProgress: READ,
};

/** Queries that need something else than `read`. The schema itself is public. */
const OTHER_QUERIES: Readonly<Record<string, Rule>> = {
  __schema: ANYONE,
  __type: ANYONE,
  __typename: ANYONE,
  apiKeys: ['keys'],
  auditEvents: ['keys'],
  exports: ['export'],
  retention: ['operate'],
  doctor: ['operate'],
  validateSubmission: ['submit'],
  viewer: ANYONE,
};

/** The three kinds of operations. */
export type OperationKind = 'query' | 'mutation' | 'subscription';

/** Of what has no row: the schema of the product has none, and is not built with one. */
const UNLISTED: Rule = ['operate'];

/** @returns whether a field of a root type has a row in the table; a query without one needs `read` */
export function isListed(kind: OperationKind, field: string): boolean {
  return kind === 'query' || Object.hasOwn(kind === 'mutation' ? MUTATIONS : SUBSCRIPTIONS, field);
}

/** @returns what a field of a root type needs */
export function ruleOfField(kind: OperationKind, field: string): Rule {
  if (field === '__typename') return ANYONE;
  if (!isListed(kind, field)) return UNLISTED;
  if (kind === 'query') return OTHER_QUERIES[field] ?? READ;
  return (kind === 'mutation' ? MUTATIONS[field]?.needs : SUBSCRIPTIONS[field]) ?? UNLISTED;
}

/** @returns the sentence that the public description of a root field ends with */
export function sentenceOfField(kind: OperationKind, field: string): string {
  const rule = ruleOfField(kind, field);
  if (rule.length === 0) return 'Needs no scope.';
  const scopes = rule.map((scope) => `\`${scope}\``);
  const needed = scopes.length === 1 ? scopes[0] : `${scopes.slice(0, -1).join(', ')} or ${scopes.at(-1)}`;
  const ofOthers = kind === 'mutation' ? MUTATIONS[field]?.ofOthers : undefined;
  const more = ofOthers ? `; what belongs to another owner needs \`${ofOthers}\`` : '';
  return `Needs the scope ${needed}${more}.`;
}

/** The methods that routes are told apart by; HEAD is GET. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** The scopes of a method of a route; or who decides instead of the table. */
export type HttpRule = Rule | 'OPERATION' | 'METRICS_TOKEN';

/** A route of HTTP, with all that is below it. */
export interface HttpRoute {
  readonly path: string;
  readonly methods: Readonly<Partial<Record<HttpMethod, HttpRule>>>;
  readonly what: string;
}

const PAGE: HttpRoute['methods'] = { GET: ANYONE };

export const HTTP_ROUTES: readonly HttpRoute[] = [
  { path: '/graphql', methods: { GET: 'OPERATION', POST: 'OPERATION' }, what: 'the graph, its page, and WebSockets' },
  { path: '/graphql/stream', methods: { GET: 'OPERATION', POST: 'OPERATION' }, what: 'server-sent events' },
  { path: '/mcp', methods: { POST: READ }, what: 'tools for agents, over the Model Context Protocol' },
  { path: '/images', methods: { GET: READ }, what: 'pictures and Hounsfield units of key slices and their neighbours' },
  {
    path: '/exports',
    methods: { GET: ['export'], POST: ['export'] },
    what: 'data set versions, runs and evaluations as files, and the JSON Schemas of their tables',
  },
  { path: '/clusters', methods: { GET: READ }, what: 'montages of pseudo-clusters' },
  {
    path: '/uploads',
    methods: { GET: READ, PUT: ['upload'], DELETE: ['upload', 'operate'] },
    what: 'uploads and their slices, by ids that cannot be guessed',
  },
  {
    path: '/metrics',
    methods: { GET: 'METRICS_TOKEN' },
    what: 'metrics for Prometheus, with METRICS_TOKEN if it is set',
  },
  { path: '/healthz', methods: PAGE, what: 'whether the process is alive' },
  { path: '/readyz', methods: PAGE, what: 'whether the server can work' },
  { path: '/schema.graphql', methods: PAGE, what: 'the schema' },
  { path: '/cookbook', methods: PAGE, what: 'documents of the cookbook' },
  { path: '/cookbook.json', methods: PAGE, what: 'the list of them' },
  { path: '/graphiql', methods: PAGE, what: 'the query page' },
  {
    path: '/auth',
    methods: { GET: ANYONE, POST: ANYONE },
    what: 'signing in and out, where an OpenID provider is set',
  },
  { path: '/assets', methods: PAGE, what: 'scripts and styles of the interface' },
  { path: '/', methods: PAGE, what: 'the pages of the interface; anything else is not found' },
];

/**
 * What a request to a route needs.
 *
 * @param path one of the table
 * @param method as it came; one that the route does not have is refused by the route itself
 * @throws Error for a path that has no row in the table
 */
export function ruleOfRoute(path: string, method: string): HttpRule {
  const route = HTTP_ROUTES.find((one) => one.path === path);
  if (!route) throw new Error(`The route ${path} has no row in src/access/operations.ts.`);
  const { GET = ANYONE, POST = GET, PUT = GET, DELETE = GET } = route.methods;
  const rules: Readonly<Record<string, HttpRule>> = { POST, PUT, DELETE };
  return rules[method] ?? GET;
}
