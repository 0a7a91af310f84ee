// How do I detect lesions in an image of my own?
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

// node run.ts SLICE: a 16-bit PNG, a DICOM file, or a zip of a series
const slice = readFileSync(process.argv[2] ?? '');
const sent = await send('uploads?pixelSpacingMm=0.8&sliceIntervalMm=5', { method: 'PUT', body: slice });
const upload = (await sent.json()) as { id: string };
const variables = JSON.parse(read('variables.json')) as { input: Record<string, unknown> };
variables.input.upload = upload.id;
const { detectInImage } = await ask<{ detectInImage: { detection: { id: string } } }>(read('query.graphql'), variables);
for (;;) {
  const { uploadDetection } = await ask<{ uploadDetection: { status: string } }>(read('result.graphql'), {
    id: detectInImage.detection.id,
  });
  if (uploadDetection.status !== 'QUEUED' && uploadDetection.status !== 'RUNNING') {
    console.log(JSON.stringify(uploadDetection, null, 2));
    break;
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}
