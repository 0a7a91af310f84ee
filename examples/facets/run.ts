// How many lesions would a further condition of a search keep?
// Made of query.graphql by scripts/makeCookbook.mjs.
const server = process.env.DEEPLESION_SERVER ?? 'http://127.0.0.1:4000';
const key = process.env.DEEPLESION_KEY;

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${server}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (answer.errors) throw new Error(answer.errors[0]?.message);
  return answer.data;
}

const query = `
query Facets {
  lesionFacets(filter: { split: TEST, longDiameterMm: { gte: 8 } }) {
    field
    buckets { key label count }
  }
  lesionHistograms(filter: { split: TEST, longDiameterMm: { gte: 8 } }, fields: [LONG_DIAMETER_MM, AGE_YEARS], bins: 8) {
    field
    edges
    counts
    nullCount
  }
}
`;
const data = await ask(query);
console.log(JSON.stringify(data, null, 2));

export {};
