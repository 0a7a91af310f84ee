// How do I get the picture of a slice, and its Hounsfield units?
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

interface Slice {
  bookmarkedImages: { nodes: { url: string; huUrl: string; width: number; height: number }[] };
}

const { bookmarkedImages } = await ask<Slice>(read('query.graphql'), JSON.parse(read('variables.json')));
const [image] = bookmarkedImages.nodes;
if (!image) throw new Error('No slice of this data set has pixels.');
const picture = await (await send(image.url)).arrayBuffer();
console.log('picture:', picture.byteLength, 'bytes');

const view = new DataView(await (await send(image.huUrl)).arrayBuffer());
const hounsfield = Int16Array.from({ length: image.width * image.height }, (_, index) => view.getInt16(2 * index, true));
console.log('centre:', hounsfield[(image.height / 2) * image.width + image.width / 2], 'HU');
