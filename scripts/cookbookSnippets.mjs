// The programs of the cookbook that only send a document: its text and variables in four languages.
import { stripIgnoredCharacters } from 'graphql';

const FIND = 'find:';
const isFound = (value) => typeof value === 'string' && value.startsWith(FIND);
const stepsOf = (value) => value.slice(FIND.length).split('.');

/** @returns the document without the comment at its beginning */
const withoutComment = (text) => text.replace(/^(?:#.*\n)+/, '').trim();

/** How a language writes values, and a value of an earlier answer. */
const STYLES = {
  Python: {
    scalar: (value) => ({ true: 'True', false: 'False', null: 'None' })[String(value)] ?? JSON.stringify(value),
    list: ['[', ']'],
    object: ['{', '}'],
    entry: (key, value) => `${JSON.stringify(key)}: ${value}`,
    found: (steps) => `found${steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `["${step}"]`)).join('')}`,
  },
  R: {
    scalar: (value) => ({ true: 'TRUE', false: 'FALSE', null: 'NULL' })[String(value)] ?? JSON.stringify(value),
    list: ['list(', ')'],
    object: ['list(', ')'],
    entry: (key, value) => `${key} = ${value}`,
    found: (steps) =>
      `found${steps.map((step) => (/^\d+$/.test(step) ? `[[${Number(step) + 1}]]` : `$${step}`)).join('')}`,
  },
  TypeScript: {
    scalar: (value) => (typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : JSON.stringify(value)),
    list: ['[', ']'],
    object: ['{ ', ' }'],
    entry: (key, value) => `${key}: ${value}`,
    found: ([first, ...steps]) =>
      `found.${first}${steps.map((step) => (/^\d+$/.test(step) ? `[${step}]?` : `.${step}`)).join('')}`,
  },
};

const LINE_LENGTH = 100;

/** @returns a JSON value as an expression of a language, on several lines if it is long */
function expression(style, value, indent = '') {
  if (isFound(value)) return style.found(stepsOf(value));
  if (typeof value !== 'object' || value === null) return style.scalar(value);
  const deeper = `${indent}  `;
  const [open, close] = Array.isArray(value) ? style.list : style.object;
  const items = Array.isArray(value)
    ? value.map((item) => expression(style, item, deeper))
    : Object.entries(value).map(([key, item]) => style.entry(key, expression(style, item, deeper)));
  const line = `${open}${items.join(', ')}${close}`;
  if (line.length <= LINE_LENGTH) return line;
  return `${open.trim()}\n${items.map((item) => `${deeper}${item}`).join(',\n')}\n${indent}${close.trim()}`;
}

/** A text between single quotes of a POSIX shell. */
const quotedForShell = (text) => text.replaceAll("'", "'\\''");
/** A text between double quotes, or in a here-document, of a POSIX shell. */
const escapedForShell = (text) => text.replaceAll(/[\\$`]/g, '\\$&');

/** @returns the paths that variables take from the answer to `find`, in their order */
function foundPaths(value) {
  if (isFound(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(foundPaths) : [];
}

/** The ids are the only ones in the answer to `find`, so that they can be read without a parser of JSON. */
function curl({ question, document, variables, kind, find }, mark) {
  const paths = foundPaths(variables);
  const name = (path) => `id${paths.indexOf(path) + 1}`;
  const finding = find
    ? [
        `ids=$(ask -G "$server/graphql" --data-urlencode 'query=${quotedForShell(withoutComment(find))}' |`,
        `  grep -o '"id":"[^"]*"' | cut -d '"' -f 4)`,
        ...paths.map((path, index) => `${name(path)}=$(printf '%s\\n' "$ids" | sed -n ${index + 1}p)`),
        '',
      ]
    : [];
  const json = escapedForShell(JSON.stringify(variables)).replaceAll(/find:[\w.]+/g, (path) => `\${${name(path)}}`);
  const request =
    kind === 'mutation'
      ? [
          `ask "$server/graphql" -H 'Content-Type: application/json' --data-binary @- <<END`,
          `{"query": ${escapedForShell(JSON.stringify(stripIgnoredCharacters(document)))},`,
          ` "variables": ${json}}`,
          'END',
        ]
      : [
          `ask -G "$server/graphql" --data-urlencode 'query=${quotedForShell(document)}'${json === '{}' ? '' : ' \\'}`,
          ...(json === '{}' ? [] : [`  --data-urlencode "variables=${json.replaceAll('"', '\\"')}"`]),
        ];
  return [
    '#!/bin/sh',
    `# ${question}`,
    `# ${mark}`,
    'set -eu',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    'server=${DEEPLESION_SERVER:-http://127.0.0.1:4000}',
    '',
    'ask() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    '  curl --silent --show-error --fail-with-body ${DEEPLESION_KEY:+-H "Authorization: Bearer $DEEPLESION_KEY"} \\',
    '    -H \'Accept: application/graphql-response+json\' "$@"',
    '}',
    '',
    ...finding,
    ...request,
    '',
  ].join('\n');
}

const pythonBlock = (text) => `"""\n${text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"')}\n"""`;

function python({ question, document, variables, find }, mark) {
  const found = find ? [`found = ask(${pythonBlock(withoutComment(find))})`, ''] : [];
  return `# ${question}
# ${mark}
import json
import os
import urllib.error
import urllib.request

SERVER = os.environ.get("DEEPLESION_SERVER", "http://127.0.0.1:4000")
KEY = os.environ.get("DEEPLESION_KEY")


def ask(query, variables=None):
    headers = {"Content-Type": "application/json"}
    if KEY:
        headers["Authorization"] = f"Bearer {KEY}"
    body = json.dumps({"query": query, "variables": variables or {}}).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{SERVER}/graphql", body, headers)) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as refusal:
        answer = json.load(refusal)
    if "errors" in answer:
        raise SystemExit(answer["errors"][0]["message"])
    return answer["data"]


${[...found, ''].join('\n').trimStart()}QUERY = ${pythonBlock(document)}
VARIABLES = ${expression(STYLES.Python, variables)}
print(json.dumps(ask(QUERY, VARIABLES), indent=2))
`;
}

const rBlock = (text) => `r"---(\n${text}\n)---"`;

function r({ question, document, variables, find }, mark) {
  const found = find ? `found <- ask(${rBlock(withoutComment(find))})\n\n` : '';
  const given = Object.keys(variables).length > 0 ? `variables <- ${expression(STYLES.R, variables)}\n` : '';
  return `# ${question}
# ${mark}
library(httr2)

server <- Sys.getenv("DEEPLESION_SERVER", "http://127.0.0.1:4000")
key <- Sys.getenv("DEEPLESION_KEY")

ask <- function(query, variables = NULL) {
  asked <- request(paste0(server, "/graphql")) |>
    req_body_json(list(query = query, variables = variables), null = "null") |>
    req_error(is_error = function(response) FALSE)
  if (nzchar(key)) asked <- req_auth_bearer_token(asked, key)
  answer <- resp_body_json(req_perform(asked))
  if (!is.null(answer$errors)) stop(answer$errors[[1]]$message)
  answer$data
}

${found}query <- ${rBlock(document)}
${given}data <- ask(query${given ? ', variables' : ''})
cat(jsonlite::toJSON(data, auto_unbox = TRUE, null = "null", digits = NA, pretty = TRUE), "\\n")
`;
}

/** @returns the type of an answer that has these paths, all of which end in texts */
function typeOf(paths) {
  const children = new Map();
  for (const [first, ...rest] of paths) children.set(first, [...(children.get(first) ?? []), rest]);
  if (children.has(undefined)) return 'string';
  const [key] = children.keys();
  if (/^\d+$/.test(key)) {
    const items = [...children.values()].flat();
    return `${typeOf(items)}[]`;
  }
  return `{ ${[...children].map(([name, rest]) => `${name}: ${typeOf(rest)}`).join('; ')} }`;
}

const typescriptBlock = (text) => `\`\n${text.replaceAll(/[\\`]|\$\{/g, '\\$&')}\n\``;

function typescript({ question, document, variables, find }, mark) {
  const type = typeOf(foundPaths(variables).map(stepsOf));
  const found = find ? `const found = await ask<${type}>(${typescriptBlock(withoutComment(find))});\n\n` : '';
  const given = Object.keys(variables).length > 0;
  return `// ${question}
// ${mark}
const server = process.env.DEEPLESION_SERVER ?? 'http://127.0.0.1:4000';
const key = process.env.DEEPLESION_KEY;

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(\`\${server}/graphql\`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: \`Bearer \${key}\` }) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (answer.errors) throw new Error(answer.errors[0]?.message);
  return answer.data;
}

${found}const query = ${typescriptBlock(document)};
${given ? `const variables = ${expression(STYLES.TypeScript, variables)};\n` : ''}const data = await ask(query${given ? ', variables' : ''});
console.log(JSON.stringify(data, null, 2));

export {};
`;
}

const WRITERS = { curl, Python: python, R: r, TypeScript: typescript };

/**
 * @param recipe of `readCookbook`; a variable may come from the answer to its `find`
 * @param mark the line that says where the program comes from
 * @returns a program that sends the document of a recipe and prints the answer
 */
export const snippetIn = (language, recipe, mark) => WRITERS[language](recipe, mark);
