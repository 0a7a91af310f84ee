// One import in a process of its own, which the tests kill: node importChild.cjs DATABASE_URL CSV SLUG. Prints a line at each step of its progress.
require('reflect-metadata');
require('../../scripts/typescriptHook.cjs');
const { writeSync } = require('node:fs');
const { openDatabase } = require('../../src/database');
const { importDlInfo } = require('../../src/dataset');

async function main() {
  const [url, csvPath, slug] = process.argv.slice(2);
  const database = openDatabase(url, { maxConnections: 1 });
  writeSync(1, 'begins\n');
  await importDlInfo({ database, csvPath, slug, onProgress: (done) => writeSync(1, `${done}\n`) });
  await database.close();
}
main();
