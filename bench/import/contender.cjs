// One import in a process of its own: node contender.cjs ours|prisma DATABASE_URL CSV. Prints seconds and peak memory.
require('reflect-metadata');
require('../../scripts/typescriptHook.cjs');

async function main() {
  const [contender, url, csvPath] = process.argv.slice(2);
  const { openDatabase } = require('../../src/database');
  const imports = { ours: () => require('./ours').importOurs, prisma: () => require('./prisma').importWithPrisma };
  const importFile = imports[contender]();
  const database = openDatabase(url, { maxConnections: 2 });
  const start = performance.now();
  await importFile(database, csvPath);
  const seconds = (performance.now() - start) / 1000;
  await database.close();
  console.log(JSON.stringify({ seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
}
main();
