import { serverAddress } from './base';
import type { AnyDocument } from './graph';

/** A request in a language that people work in. */
export interface Snippet {
  readonly language: 'GraphQL' | 'curl' | 'Python' | 'R';
  readonly text: string;
}

/**
 * The request behind what a page shows, ready to be pasted: anyone who sees a page can have the same data.
 *
 * @param hasKey whether the page asks with a key, which the request then needs elsewhere too; the key itself stands in no text
 * @param origin scheme, host, port and prefix of the server
 */
export function snippetsOf(
  { text }: AnyDocument,
  variables: unknown,
  hasKey = false,
  origin: string = serverAddress(),
): Snippet[] {
  const json = JSON.stringify(variables, null, 2);
  const body = JSON.stringify({ query: text, variables });
  const url = `${origin}/graphql`;
  return [
    { language: 'GraphQL', text: json === '{}' ? text : `${text}\n# Variables:\n${json.replace(/^/gm, '# ')}` },
    {
      language: 'curl',
      text: `curl ${url} \\\n  -H 'Content-Type: application/json' \\\n${hasKey ? CURL_KEY : ''}  --data-binary ${shellText(body)}`,
    },
    { language: 'Python', text: pythonOf(url, text, json, hasKey) },
    { language: 'R', text: rOf(url, text, json, hasKey) },
  ];
}

/** The variable of the environment that holds a key. */
export const KEY_VARIABLE = 'DEEPLESION_KEY';

const CURL_KEY = `  -H "Authorization: Bearer $${KEY_VARIABLE}" \\\n`;

/** A text for a POSIX shell: nothing between single quotes is read. */
const shellText = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** JSON strings are also strings of Python; a raw block keeps the document readable. */
function pythonOf(url: string, text: string, json: string, hasKey: boolean): string {
  const key = hasKey ? `, "Authorization": f"Bearer {os.environ['${KEY_VARIABLE}']}"` : '';
  return `import json, ${hasKey ? 'os, ' : ''}urllib.request

query = ${pythonBlock(text)}
variables = json.loads(${pythonBlock(json)})
request = urllib.request.Request(
    ${JSON.stringify(url)},
    json.dumps({"query": query, "variables": variables}).encode(),
    {"Content-Type": "application/json"${key}},
)
data = json.load(urllib.request.urlopen(request))["data"]`;
}

const pythonBlock = (text: string): string => `r"""${text.replaceAll('"""', '""" + \'"""\' + r"""')}"""`;

function rOf(url: string, text: string, json: string, hasKey: boolean): string {
  return `library(httr2)
query <- r"---(${text})---"
variables <- jsonlite::fromJSON(r"---(${json})---", simplifyVector = FALSE)
data <- request(${JSON.stringify(url)}) |>
  req_body_json(list(query = query, variables = variables)) |>${hasKey ? R_KEY : ''}
  req_perform() |>
  resp_body_json()`;
}

const R_KEY = `
  req_auth_bearer_token(Sys.getenv("${KEY_VARIABLE}")) |>`;
