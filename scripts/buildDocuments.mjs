// Writes dist/documents.json: the recipes of examples/ and the documents of the interface, which the server knows by
// name and by checksum.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCookbook } from './cookbook.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = join(root, 'web');

/** The texts as the pages send them: scripts/webTypes.mjs has printed them. */
function interfaceDocuments() {
  const files = readdirSync(web, { recursive: true }).filter((file) => file.endsWith('.generated.ts'));
  return files.sort().flatMap((file) => {
    const text = readFileSync(join(web, file), 'utf8');
    return [...text.matchAll(/^ {2}text: (".*"),$/gm)].map(([, literal]) => JSON.parse(literal));
  });
}

const documents = { cookbook: readCookbook(), interface: interfaceDocuments() };
if (documents.interface.length === 0) throw new Error('No document of the interface was found below web/.');
writeFileSync(join(root, 'dist', 'documents.json'), `${JSON.stringify(documents)}\n`);
