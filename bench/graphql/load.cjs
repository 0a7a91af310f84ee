// The load generator, in a process of its own: node load.cjs URL SECONDS CONNECTIONS [AUTHORIZATION], the request's body on standard
// input.
const { readFileSync } = require('node:fs');
const autocannon = require('autocannon');

async function main() {
  const [url, seconds, connections, authorization] = process.argv.slice(2);
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: readFileSync(0),
    duration: Number(seconds),
    connections: Number(connections),
  });
  const { requests, duration, latency, errors, non2xx } = result;
  console.log(JSON.stringify({ perSecond: requests.total / duration, p99: latency.p99, failures: errors + non2xx }));
}
main();
