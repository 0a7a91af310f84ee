// Which lesions did a run miss, and which of its detections are false positives, as a table?
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

interface Found {
  detectionRuns: { nodes: { id: string; images: { nodes: { image: { id: string } }[] } }[] };
}

interface Outcome {
  image: { fileName: string };
  missed: { id: string; coarseType: string; longDiameterMm: number | null }[];
  detections: { kind: string; detection: { score: number } }[];
}

const [run] = (await ask<Found>(read('find.graphql'), {})).detectionRuns.nodes;
if (!run) throw new Error('There is no run yet.');
console.log('file,error,lesion,coarse_type,long_diameter_mm,score');
for (const { image } of run.images.nodes) {
  const { detectionRun } = await ask<{ detectionRun: { imageOutcome: Outcome } }>(read('query.graphql'), {
    run: run.id,
    image: image.id,
  });
  const { missed, detections, image: slice } = detectionRun.imageOutcome;
  for (const { id, coarseType, longDiameterMm } of missed)
    console.log([slice.fileName, 'MISSED', id, coarseType, longDiameterMm, ''].join(','));
  for (const { kind, detection } of detections)
    if (kind === 'BACKGROUND') console.log([slice.fileName, 'FALSE_POSITIVE', '', '', '', detection.score].join(','));
}
