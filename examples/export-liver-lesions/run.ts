// How do I get all liver lesions as a table file?
import { readFileSync, writeFileSync } from 'node:fs';

const server = process.env.DEEPLESION_SERVER ?? 'http://127.0.0.1:4000';
const key = process.env.DEEPLESION_KEY;

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

async function send(address: string, options: RequestInit = {}): Promise<Response> {
  const headers = { ...options.headers, ...(key && { Authorization: `Bearer ${key}` }) };
  const response = await fetch(new URL(address, `${server}/`), { ...options, headers });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}

async function ask<Data>(query: string, variables: object): Promise<Data> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await send('graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const answer = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (answer.errors) throw new Error(answer.errors[0]?.message);
  return answer.data;
}

interface Found {
  dataset: { slug: string; version: number; citation: string };
  lesions: { totalCount: number };
}

const variables = JSON.parse(read('variables.json')) as { filter: { coarseType: string[] } };
const { dataset, lesions } = await ask<Found>(read('query.graphql'), variables);
// The address names the version, so that the file stays the same when a newer version is imported.
const source = `${dataset.slug}@${dataset.version}`;
const filter = JSON.stringify({ coarseType: variables.filter.coarseType });
const text = await (await send(`exports/${source}/lesions.csv?${new URLSearchParams({ filter })}`)).text();
writeFileSync('liver-lesions.csv', text);
const rows = text.trimEnd().split('\n').length - 1;
if (rows !== lesions.totalCount) throw new Error(`Expected ${lesions.totalCount} rows; got ${rows}.`);
console.log(`liver-lesions.csv: ${rows} lesions of ${source}. Cite: ${dataset.citation}`);
