import { execFileSync } from 'node:child_process';
import { snippetsOf } from '../../../web/app/data/snippets';

const HOSTILE = `it's "quoted" $HOME \`id\` \\n """ <script>`;
const document = { name: 'Q', text: 'query Q($name: String) { dataset(slug: $name) { id } }' };

describe('the request behind a page', () => {
  const snippets = snippetsOf(document, { name: HOSTILE }, 'http://example.test:4000');
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
    expect(snippetsOf(document, {}, 'http://x')[0]?.text).toBe(document.text);
  });
});
