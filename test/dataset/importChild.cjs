// One import in a process of its own, from the build, which the tests kill: node importChild.cjs DATABASE_URL CSV SLUG.
// Prints a line at each step of its progress.
const { writeSync } = require('node:fs');
const { openDatabase } = require('../../dist/database');
const { importDlInfo } = require('../../dist/dataset');

async function main() {
  const [url, csvPath, slug] = process.argv.slice(2);
  const database = openDatabase(url, { maxConnections: 1 });
  writeSync(1, 'begins\n');
  await importDlInfo({ database, csvPath, slug, onProgress: (done) => writeSync(1, `${done}\n`) });
  await database.close();
}
main();
