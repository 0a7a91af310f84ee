// How do I get all liver lesions over 3 cm as a table?
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

interface Lesion {
  id: string;
  longDiameterMm: number | null;
  shortDiameterMm: number | null;
  split: string;
  image: { fileName: string; sliceIndex: number };
  patient: { patientIndex: number; sex: string | null };
}

interface Page {
  lesions: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Lesion[] };
}

async function* lesions(variables: object): AsyncGenerator<Lesion> {
  for (let after: string | null = null, more = true; more; ) {
    const page: Page = await ask<Page>(read('query.graphql'), { ...variables, after });
    yield* page.lesions.nodes;
    after = page.lesions.pageInfo.endCursor;
    more = page.lesions.pageInfo.hasNextPage;
  }
}

console.log('id,patient,sex,file,slice,split,long_diameter_mm,short_diameter_mm');
for await (const { id, patient, image, split, longDiameterMm, shortDiameterMm } of lesions(
  JSON.parse(read('variables.json')),
)) {
  const { fileName, sliceIndex } = image;
  console.log(
    [id, patient.patientIndex, patient.sex, fileName, sliceIndex, split, longDiameterMm, shortDiameterMm].join(','),
  );
}
