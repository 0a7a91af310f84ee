// How do I start a detection run and wait for its end?
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

interface Result {
  detectionRun: { status: string; progress: { completed: number; failed: number; total: number } };
}

const started = await ask<{ runDetection: { run: { id: string } } }>(
  read('query.graphql'),
  JSON.parse(read('variables.json')),
);
for (;;) {
  const { detectionRun } = await ask<Result>(read('result.graphql'), { id: started.runDetection.run.id });
  if (detectionRun.status !== 'QUEUED' && detectionRun.status !== 'RUNNING') {
    console.log(JSON.stringify(detectionRun, null, 2));
    break;
  }
  console.error(detectionRun.progress);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
