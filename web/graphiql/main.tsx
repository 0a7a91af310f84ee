import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-sse';
import { createRoot } from 'react-dom/client';

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
const streams = createClient({ url: `${base}/graphql/stream`, retryAttempts: 3 });

/** Subscriptions come as server-sent events, all else by POST. */
function fetcher({ query, operationName, variables }: Request, options?: { headers?: Record<string, unknown> }) {
  if (getOperationAST(parse(query), operationName)?.operation === 'subscription')
    return streams.iterate({ query, operationName: operationName ?? undefined, variables: variables ?? undefined });
  return send({ query, operationName, variables }, options?.headers);
}

async function send(request: Request, headers: Record<string, unknown> = {}) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json',
      ...(headers as HeadersInit),
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

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
