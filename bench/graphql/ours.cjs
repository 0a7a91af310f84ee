// The product's own HTTP server and graph from its build, on a given database, without worker and demo. Prints its
// address.
const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
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
  };
  const services = {
    database,
    log,
    config,
    registry: await createRegistry({ database, config, log }),
    codeVersion: 'bench',
  };
  const address = await createHttpServer(services, buildSchema()).listen();
  console.log(`${address}/graphql`);
}
main();
