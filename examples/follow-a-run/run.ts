// How do I follow the progress of a run without asking again and again?
import { readFileSync } from 'node:fs';

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

/** The answers of a subscription, as they come. */
async function* events(query: string, variables: object): AsyncGenerator<{ data?: unknown; errors?: unknown }> {
  const parameters = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const { body } = await send(`graphql/stream?${parameters}`, { headers: { Accept: 'text/event-stream' } });
  if (!body) return;
  let text = '';
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + part).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^event: next\ndata: (.*)$/.exec(block)?.[1];
      if (data) yield JSON.parse(data);
    }
  }
}

const found = await ask<{ detectionRuns: { nodes: { id: string }[] } }>(read('find.graphql'), {});
for await (const { data, errors } of events(read('query.graphql'), { run: found.detectionRuns.nodes[0]?.id })) {
  if (errors) throw new Error(JSON.stringify(errors));
  console.log(JSON.stringify((data as { jobProgress: unknown }).jobProgress));
}
