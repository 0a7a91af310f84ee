import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { printExportsPage } from '../../src/exports';

describe('docs/exports.md', () => {
  it('is what the columns say, word for word', () => {
    if (readFileSync(resolve(__dirname, '../../docs/exports.md'), 'utf8') !== printExportsPage())
      throw new Error('docs/exports.md is out of date: npm run exports-page');
  });
});
