// How do I submit the results of my own detector, and compare it with another one?
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
  detectionRun: { status: string; error: string | null; submission: { problems: object[] }; evaluations: { id: string }[] };
  evaluations: { nodes: { id: string }[] };
}

// node run.ts RESULTS: a CSV file with the columns image, x1, y1, x2, y2 and score
const sent = await send('uploads', { method: 'PUT', body: readFileSync(process.argv[2] ?? '') });
const upload = (await sent.json()) as { id: string };
const variables = JSON.parse(read('variables.json')) as { input: Record<string, unknown> };
variables.input.uploadId = upload.id;
const { submitDetections } = await ask<{ submitDetections: { run: { id: string } } }>(read('query.graphql'), variables);
for (;;) {
  const { id } = submitDetections.run;
  const { detectionRun, evaluations } = await ask<Result>(read('result.graphql'), { id });
  if (detectionRun.status === 'SUCCEEDED') {
    // The other one is the baseline: positive differences are in favour of the submission.
    const both = [evaluations.nodes[0]?.id, detectionRun.evaluations[0]?.id];
    console.log(JSON.stringify(await ask(read('../compare-runs/query.graphql'), { evaluations: both }), null, 2));
    break;
  }
  if (detectionRun.status !== 'QUEUED' && detectionRun.status !== 'RUNNING')
    throw new Error(`${detectionRun.error} ${JSON.stringify(detectionRun.submission.problems)}`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
