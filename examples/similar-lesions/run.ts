// Which lesions look like this one?
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
query SimilarLesions($dataset: String!) {
  pseudoClusters(first: 1, filter: { dataset: $dataset }) {
    nodes {
      label
      size
      typicalLesions(first: 1) {
        id
        coarseType
        longDiameterMm
        url(size: 128)
        similar(first: 5) {
          distance
          lesion { id coarseType longDiameterMm url(size: 128) patient { patientIndex } }
        }
      }
    }
  }
}
`;
const variables = { dataset: 'demo' };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
