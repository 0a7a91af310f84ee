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
 * @param isSignedIn whether the request needs a key outside of the page; the key itself stands in no text
 * @param origin scheme, host, port and prefix of the server
 */
export function snippetsOf(
  { text }: AnyDocument,
  variables: unknown,
  isSignedIn = false,
  origin: string = serverAddress(),
): Snippet[] {
  const json = JSON.stringify(variables, null, 2);
  const body = JSON.stringify({ query: text, variables });
  const url = `${origin}/graphql`;
  return [
    { language: 'GraphQL', text: json === '{}' ? text : `${text}\n# Variables:\n${json.replace(/^/gm, '# ')}` },
    {
      language: 'curl',
      text: `curl ${url} \\\n  -H 'Content-Type: application/json' \\\n${isSignedIn ? CURL_KEY : ''}  --data-binary ${shellText(body)}`,
    },
    { language: 'Python', text: pythonOf(url, text, json, isSignedIn) },
    { language: 'R', text: rOf(url, text, json, isSignedIn) },
  ];
}

/** The variable of the environment that holds a key. */
export const KEY_VARIABLE = 'DEEPLESION_KEY';

const CURL_KEY = `  -H "Authorization: Bearer $${KEY_VARIABLE}" \\\n`;

/** A text for a POSIX shell: nothing between single quotes is read. */
const shellText = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** JSON strings are also strings of Python; a raw block keeps the document readable. */
function pythonOf(url: string, text: string, json: string, isSignedIn: boolean): string {
  const key = isSignedIn ? `, "Authorization": f"Bearer {os.environ['${KEY_VARIABLE}']}"` : '';
  return `import json, ${isSignedIn ? 'os, ' : ''}urllib.request

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

function rOf(url: string, text: string, json: string, isSignedIn: boolean): string {
  return `library(httr2)
query <- r"---(${text})---"
variables <- jsonlite::fromJSON(r"---(${json})---", simplifyVector = FALSE)
data <- request(${JSON.stringify(url)}) |>
  req_body_json(list(query = query, variables = variables)) |>${isSignedIn ? R_KEY : ''}
  req_perform() |>
  resp_body_json()`;
}

const R_KEY = `
  req_auth_bearer_token(Sys.getenv("${KEY_VARIABLE}")) |>`;
