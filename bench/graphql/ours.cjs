// The product's own HTTP server and graph from its build, on a given database, without worker and demo. Prints its address.
const { openDatabase } = require('../../dist/database');
const { buildSchema } = require('../../dist/graphql');
const { createHttpServer } = require('../../dist/http');
const { createLogger } = require('../../dist/log');

async function main() {
  const database = openDatabase(process.argv[2], { maxConnections: 10, statementTimeoutMs: 10_000 });
  const services = {
    database,
    log: createLogger('warn'),
    config: { host: '127.0.0.1', port: 0 },
    codeVersion: 'bench',
  };
  const address = await createHttpServer(services, buildSchema()).listen();
  console.log(`${address}/graphql`);
}
main();
