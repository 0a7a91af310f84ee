import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { createRoot } from 'react-dom/client';
import { authorizationOf, fetchSignedIn } from '../app/data/signedIn';

interface Request {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown> | null;
}

/** A query of the cookbook, which the server writes into the page. */
interface Example {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
}

/** The path below which the server is; it writes it into the page. */
const base = document.documentElement.dataset.base ?? '';
/** With the key that the interface is signed in with in this tab or on this device; a session goes along by itself. */
const streams = createClient({ url: `${base}/graphql/stream`, retryAttempts: 3, headers: () => authorizationOf() });

/** Subscriptions come as server-sent events, all else by POST. */
function fetcher({ query, operationName, variables }: Request, options?: { headers?: Record<string, unknown> }) {
  if (getOperationAST(parse(query), operationName)?.operation === 'subscription')
    return streams.iterate({ query, operationName: operationName ?? undefined, variables: variables ?? undefined });
  return send({ query, operationName, variables }, options?.headers);
}

/** @param headers of the editor, where a key of its own wins over that of the interface */
async function send(request: Request, headers: Record<string, unknown> = {}) {
  const response = await fetchSignedIn(`${base}/graphql`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json',
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [nameOfHeader(name), String(value)])),
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

/** Two spellings of one header would both be sent. */
const nameOfHeader = (name: string): string => (name.toLowerCase() === 'authorization' ? 'Authorization' : name);

function readExamples(): Example[] {
  return JSON.parse(document.getElementById('examples')?.textContent ?? '[]');
}

/** A tab is named after its operation; the comment says what the example shows. */
const tabs = readExamples().map(({ name, query, variables }) => ({
  query: query.startsWith('#') ? query : `# ${name}\n${query}`,
  variables: variables ? JSON.stringify(variables, null, 2) : undefined,
}));

/**
 * A link from the interface brings a document and its variables in the part of the address that is not sent to a
 * server.
 */
function readLink(): { query: string; variables?: string } | null {
  const link = new URLSearchParams(window.location.hash.slice(1));
  const query = link.get('query');
  return query === null ? null : { query, variables: link.get('variables') ?? undefined };
}

const linked = readLink();
const root = document.getElementById('graphiql');
if (root) {
  createRoot(root).render(
    <GraphiQL
      fetcher={fetcher as never}
      defaultTabs={tabs.length > 0 ? tabs : undefined}
      query={linked?.query}
      variables={linked?.variables}
      defaultEditorToolsVisibility="variables"
    />,
  );
}
