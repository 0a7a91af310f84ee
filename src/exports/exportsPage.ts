/** The columns in docs/exports.md are those that the files are written from: `npm run exports-page` writes them again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../compiled';
import type { Column } from './table';
import { DESCRIBED_TABLES } from './tables';

const PAGE = 'docs/exports.md';
const HEADING = '## Columns';

function typeOf({ type, values }: Column): string {
  return type === 'ENUM' ? `enum: ${(values ?? []).join(', ')}` : type.toLowerCase();
}

/** @returns the page with its list of columns as they are now */
export function withColumns(page: string): string {
  const tables = DESCRIBED_TABLES.map(({ name, description, columns }) =>
    [
      `### ${name}`,
      '',
      description,
      '',
      '| column | type | may be missing | meaning |',
      '|---|---|---|---|',
      ...columns.map(
        (one) => `| \`${one.name}\` | ${typeOf(one)} | ${one.isNullable ? 'yes' : ''} | ${one.description} |`,
      ),
      '',
    ].join('\n'),
  );
  const [before = ''] = page.split(HEADING, 1);
  return `${before}${HEADING}\n\n${tables.join('\n')}`;
}

if (require.main === module) {
  const path = join(PROJECT_ROOT, PAGE);
  writeFileSync(path, withColumns(readFileSync(path, 'utf8')));
}
