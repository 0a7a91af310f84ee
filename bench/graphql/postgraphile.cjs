// The peer: PostGraphile 5 with its default preset and its own aggregates, on the same database. Prints its address.
// PostGraphile 5.1 is made for Node 22; all that it lacks on Node 20 is this one function.
Promise.withResolvers ??= () => {
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
};

const { createServer } = require('node:http');
const { PgAggregatesPreset } = require('@graphile/pg-aggregates');
const { postgraphile } = require('postgraphile');
const { makePgService } = require('postgraphile/adaptors/pg');
const { grafserv } = require('postgraphile/grafserv/node');
const { PostGraphileAmberPreset } = require('postgraphile/presets/amber');

const preset = {
  extends: [PostGraphileAmberPreset, PgAggregatesPreset],
  // It hides relations whose foreign key has no index of exactly its columns; those of studies start with an index that
  // is there.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [makePgService({ connectionString: process.argv[2], schemas: ['public'], poolConfig: { max: 10 } })],
  grafserv: { graphiql: false, watch: false },
  grafast: { explain: false },
};

async function main() {
  const serv = postgraphile(preset).createServ(grafserv);
  const server = createServer();
  await serv.addTo(server);
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/graphql`));
}
main();
