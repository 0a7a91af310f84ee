import { anonymousScopesOf } from './anonymous';
import type { Rule } from './caller';
import { HTTP_ROUTES, type HttpRule, MUTATIONS, type OperationKind, ruleOfField, SUBSCRIPTIONS } from './operations';
import { ROLE_NAMES, ROLES, SCOPE_MEANINGS, SCOPES, type Scope } from './scopes';

/** Who is told apart in the tables, with their scopes. */
const CALLERS: readonly (readonly [name: string, scopes: readonly Scope[]])[] = [
  ['no key, own machine', anonymousScopesOf({ host: '127.0.0.1' })],
  ['no key, elsewhere', anonymousScopesOf({ host: '0.0.0.0' })],
  ...ROLE_NAMES.map((role) => [role, ROLES[role]] as const),
];

/** @returns the text of docs/access.md, which is made of the tables that the server decides by */
export function printAccessPage(): string {
  return [
    '# Who may do what',
    '<!-- Made by "npm run access" from src/access; do not edit. -->',
    INTRODUCTION,
    '## Scopes and roles',
    table(
      ['scope', 'for', ...ROLE_NAMES],
      SCOPES.map((scope) => [
        `\`${scope}\``,
        SCOPE_MEANINGS[scope],
        ...ROLE_NAMES.map((role) => mark(ROLES[role].some((one) => one === scope))),
      ]),
    ),
    '## Mutations',
    'An operation is allowed or refused as a whole, before anything of it is read or changed.',
    operations('mutation', Object.keys(MUTATIONS)),
    '## Subscriptions and queries',
    operations('subscription', Object.keys(SUBSCRIPTIONS)),
    operations('query', ['apiKeys', 'auditEvents', 'doctor', 'retention', 'viewer']),
    'All other queries need `read`. The schema itself, by introspection and at `/schema.graphql`, is public.',
    '## Routes',
    'HEAD is as GET. `/graphql` and `/graphql/stream` need what their operation needs.',
    table(
      ['route', 'needs', ...CALLERS.map(([name]) => name), 'what'],
      HTTP_ROUTES.flatMap(({ path, methods, what }) =>
        Object.entries(methods).map(([method, rule]) => [`${method} \`${path}\``, needed(rule), ...marks(rule), what]),
      ),
    ),
    OWNERS,
  ]
    .join('\n\n')
    .concat('\n');
}

const INTRODUCTION = `A request is allowed by its scopes: those of its key, or of requests without one (\`ANONYMOUS_SCOPES\`; by default all but
\`keys\` where \`HOST\` is a loopback address and no proxy is set, and \`read,export\` elsewhere). A key comes in the header
\`Authorization: Bearer dl_ID_SECRET\`, or on a WebSocket as \`authorization\` of \`connection_init\`, and never in an address. Without a key
where one is needed, and with a wrong one, the answer is UNAUTHENTICATED (401); with a key that lacks a scope it is FORBIDDEN (403) and names the
scope.

A person who signs in with the OpenID provider of the host (\`OIDC_ISSUER\`) has the scopes of requests without a key and those of the
roles of the person's groups (\`OIDC_ROLE_MAP\`). The session is in a cookie of the browser, which counts for pages of this server alone; a key in
the header wins over it.`;

const OWNERS = `## Owners

Runs, uploads, categorizations, verdicts and keys belong to the holder of the key or the person that made them, or to the address of any other caller
(an IPv6 address counts by its /64). A key that replaces another keeps its holder. Idempotency keys, turns in the queue and limits are an
owner's. What belongs to another owner, to the command line or to an older server is cancelled, deleted and revoked only with \`operate\`.

For a key that is bound to data sets, all others are absent: in lists, counts, statistics, runs, events and pictures. Starting a run or a
categorization there is FORBIDDEN.

## Data sets that are not public

\`Dataset.visibility\` is a matter of the slug and holds for all versions. \`deeplesion dataset visibility SLUG private|terms|public\` and
the mutation \`setDatasetVisibility\` change it, and every server knows within a second.

| visibility | for keys that are bound to the data set | for \`operate\` without such a bond | for all others |
| --- | --- | --- | --- |
| PUBLIC | all of it | all of it | all of it |
| TERMS | the data set; its content once its terms are accepted | all of it | the data set; its content once its terms are accepted |
| PRIVATE | all of it | all of it | it is absent, as a data set that never was |

The content is everything but the data set itself with its texts and terms: patients, images, lesions, counts, statistics, pictures, clusters,
runs and evaluations. Whatever names it answers FORBIDDEN (UNAUTHENTICATED without a key), with \`extensions.terms\`; lists over all data
sets leave it out.
\`acceptTerms\` accepts a version of the terms once for the holder of a key, or for a person who is signed in; a new version asks again.

A signed address, \`url(expiresIn:)\`, shows its one picture to anyone who has it until it expires, after an hour at the latest.`;

const mark = (isAllowed: boolean): string => (isAllowed ? '✓' : '–');

function operations(kind: OperationKind, names: readonly string[]): string {
  return table(
    [kind, 'needs', ...CALLERS.map(([name]) => name)],
    [...names].sort().map((name) => {
      const rule = ruleOfField(kind, name);
      const ofOthers = kind === 'mutation' ? MUTATIONS[name]?.ofOthers : undefined;
      return [`\`${name}\``, `${needed(rule)}${ofOthers ? `; of others \`${ofOthers}\`` : ''}`, ...marks(rule)];
    }),
  );
}

function needed(rule: HttpRule): string {
  if (rule === 'OPERATION') return 'by operation';
  if (rule === 'METRICS_TOKEN') return '`METRICS_TOKEN`';
  return rule.length === 0 ? 'nothing' : rule.map((scope) => `\`${scope}\``).join(' or ');
}

function marks(rule: HttpRule): string[] {
  return CALLERS.map(([, scopes]) => (typeof rule === 'string' ? '' : mark(isAllowedWith(scopes, rule))));
}

const isAllowedWith = (scopes: readonly Scope[], rule: Rule): boolean =>
  rule.length === 0 || rule.some((scope) => scopes.includes(scope));

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

if (require.main === module) process.stdout.write(printAccessPage());
