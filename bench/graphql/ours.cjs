// The product's own HTTP server and graph from its build, on a given database, without worker and demo. Prints its
// address, and with a second argument `key` the header of a key whose requests are counted against a quota. With `kept` it
// keeps answers, as the product does unless it is told otherwise; without, each is computed.
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { createKey, Quotas } = require('../../dist/access');
const { PROJECT_ROOT } = require('../../dist/compiled');
const { openDatabase } = require('../../dist/database');
const { createRegistry } = require('../../dist/models');
const { buildSchema } = require('../../dist/graphql');
const { createHttpServer } = require('../../dist/http');
const { createLogger } = require('../../dist/log');

async function main() {
  const database = openDatabase(process.argv[2], { maxConnections: 10, statementTimeoutMs: 10_000 });
  const log = createLogger('warn');
  const config = {
    host: '127.0.0.1',
    port: 0,
    modelsDir: join(PROJECT_ROOT, 'models'),
    dataDir: mkdtempSync(join(tmpdir(), 'graphql-bench-')),
    maxAnswerCacheBytes: process.argv[3] === 'kept' ? 64 * 2 ** 20 : 0,
  };
  const services = {
    database,
    log,
    config,
    registry: await createRegistry({ database, config, log }),
    codeVersion: 'bench',
  };
  const isKeyed = process.argv[3] === 'key';
  if (isKeyed) services.quotas = new Quotas(database, config, log);
  const address = await createHttpServer(services, buildSchema()).listen();
  const quotas = { fields: 1e12 };
  const key = isKeyed ? await createKey(database, { name: 'bench', scopes: ['read'], quotas }, null) : null;
  console.log([`${address}/graphql`, ...(key ? [`Bearer ${key.text}`] : [])].join('\t'));
}
main();
