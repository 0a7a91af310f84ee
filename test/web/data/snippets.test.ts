import { execFileSync } from 'node:child_process';
import { snippetsOf } from '../../../web/app/data/snippets';

const HOSTILE = `it's "quoted" $HOME \`id\` \\n """ <script>`;
const document = { name: 'Q', text: 'query Q($name: String) { dataset(slug: $name) { id } }' };

describe('the request behind a page', () => {
  const snippets = snippetsOf(document, { name: HOSTILE }, false, 'http://example.test:4000');
  const textOf = (language: string): string => snippets.find((snippet) => snippet.language === language)?.text ?? '';

  it('comes in GraphQL, curl, Python and R', () => {
    expect(snippets.map(({ language }) => language)).toEqual(['GraphQL', 'curl', 'Python', 'R']);
    for (const { text } of snippets.slice(1)) expect(text).toContain('http://example.test:4000/graphql');
  });

  it('is a single word for a shell, whatever the variables hold', () => {
    const printed = textOf('curl').replace('curl ', 'printf "%s\\0" ');
    const parts = execFileSync('sh', ['-c', printed]).toString().split('\0');
    const json = parts.find((part) => part.startsWith('{')) ?? '';
    expect(JSON.parse(json)).toEqual({ query: document.text, variables: { name: HOSTILE } });
  });

  it('keeps the variables as comments beside a plain document', () => {
    expect(textOf('GraphQL')).toMatch(/^query Q.*\n# Variables:\n# \{/s);
    expect(snippetsOf(document, {}, false, 'http://x')[0]?.text).toBe(document.text);
  });

  it('takes the key of somebody who is signed in from the environment, and says none otherwise', () => {
    const [, curl, python, r] = snippetsOf(document, { name: HOSTILE }, true, 'http://x').map(({ text }) => text);
    const words = execFileSync('sh', ['-c', (curl ?? '').replace('curl ', 'printf "%s\\0" ')], {
      env: { ...process.env, DEEPLESION_KEY: 'dl_ID_SECRET' },
    });
    expect(words.toString().split('\0')).toContain('Authorization: Bearer dl_ID_SECRET');
    expect(python).toContain(`"Authorization": f"Bearer {os.environ['DEEPLESION_KEY']}"`);
    expect(r).toContain('req_auth_bearer_token(Sys.getenv("DEEPLESION_KEY")) |>\n  req_perform()');
    for (const { text } of snippets) expect(text).not.toMatch(/DEEPLESION_KEY|os\.environ/);
  });
});
