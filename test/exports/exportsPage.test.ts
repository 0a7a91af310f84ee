import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { withColumns } from '../../src/exports';

describe('docs/exports.md', () => {
  it('has the columns of the files, word for word', () => {
    const page = readFileSync(resolve(__dirname, '../../docs/exports.md'), 'utf8');
    if (withColumns(page) !== page) throw new Error('docs/exports.md is out of date: npm run exports-page');
  });
});
